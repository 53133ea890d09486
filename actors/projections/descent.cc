#include "actors/projections/descent.h"

#include <algorithm>
#include <charconv>

#include "actors/runtime/history.h"
#include "eventstore/envelope_codec.h"

namespace rookery {
namespace {

std::string hex(const Hash256& hash) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : hash) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::string hash_of(const phone::State& state) {
  return std::visit([](const auto& phase) { return state_hash(phase.kPhase, to_bytes(phase)); },
                    state);
}

std::string joined(const std::vector<Hash256>& hashes) {
  std::string bytes;
  for (const Hash256& hash : hashes) {
    bytes.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  }
  return to_base64(bytes);
}

std::optional<std::vector<Hash256>> split(const std::string& text) {
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() % sizeof(Hash256) != 0) return std::nullopt;
  std::vector<Hash256> hashes(bytes->size() / sizeof(Hash256));
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    std::copy_n(bytes->begin() + static_cast<std::ptrdiff_t>(i * sizeof(Hash256)), sizeof(Hash256),
                hashes[i].begin());
  }
  return hashes;
}

// The number that its origin ends with.
std::optional<Shard> shard_of_note(const std::string& note) {
  const auto parsed = parse_signed_note(note);
  const auto checkpoint = parsed ? parse_checkpoint_text(parsed->text) : parsed.error();
  if (!checkpoint) return std::nullopt;
  const std::string& origin = checkpoint->origin;
  Shard shard = 0;
  const char* end = origin.data() + origin.size();
  const auto [stop, failure] = std::from_chars(origin.data() + origin.rfind('/') + 1, end, shard);
  if (failure != std::errc() || stop != end) return std::nullopt;
  return shard;
}

}  // namespace

Result<phone::event::Forked> descend(const EventLog& log, const EntityId& origin,
                                     std::uint64_t version) {
  if (origin.kind() != EntityKind::kPhone) {
    return Error{to_text(origin) + " is no phone: nothing else can be forked"};
  }
  phone::event::Forked forked;
  History<PhoneAggregate> history;
  LeafHasher hasher;
  Hash256 chain{};
  Hash256 leaf{};
  Status outcome = Done{};
  const Status read = log.read_stream(origin, 1, [&](const Envelope& event) {
    if (event.version > version) return false;
    outcome = history.follow(event);
    leaf = hasher.leaf(encode_envelope(event));
    chain = hasher.chain(chain, leaf);
    forked.origin_position = event.position;
    return outcome.ok();
  });
  if (!read) return read.error();
  if (!outcome) return outcome.error();
  const phone::Profile* profile = phone::profile_of(history.state);
  if (version == 0 || history.version != version || profile == nullptr) {
    return Error{"there was no " + to_text(origin) + " yet at that moment"};
  }
  const auto proof = prove_event(log, log.shard_of(origin), forked.origin_position);
  if (!proof) return proof.error();
  forked.origin = origin;
  forked.origin_version = version;
  forked.chain = hex(chain);
  forked.leaf = hex(leaf);
  forked.state_hash = hash_of(history.state);
  forked.event = to_base64(proof->event);
  forked.inclusion = joined(proof->inclusion);
  forked.checkpoint = proof->checkpoint;
  forked.organization = profile->organization;
  forked.image = profile->image;
  forked.width_px = profile->width_px;
  forked.height_px = profile->height_px;
  return forked;
}

Status check_descent(const phone::event::Forked& forked, const std::vector<NoteVerifier>& known) {
  const auto event = from_base64(forked.event);
  const auto inclusion = split(forked.inclusion);
  const auto shard = shard_of_note(forked.checkpoint);
  if (!event || !inclusion || !shard) return Error{"the fork's proof of descent is malformed"};
  const auto proven = check_event_proof(
      {*shard, forked.origin_position, *event, *inclusion, forked.checkpoint}, known);
  if (!proven) return Error{"the fork's origin: " + proven.error().message};
  LeafHasher hasher;
  if (proven->event.stream != forked.origin || proven->event.version != forked.origin_version ||
      hex(hasher.leaf(*event)) != forked.leaf) {
    return Error{"the fork's origin: the event that is proven is another than the one it names"};
  }
  return Done{};
}

void OriginCheck::follow(const Envelope& event) {
  if (event.stream != forked_.origin || event.version > forked_.origin_version) return;
  History<PhoneAggregate> history{std::move(state_), version_, epoch_};
  const Status followed = history.follow(event);
  if (!followed && fault_.empty()) fault_ = followed.error().message;
  state_ = std::move(history.state);
  version_ = history.version;
  epoch_ = history.epoch;
  chain_ = hasher_.chain(chain_, hasher_.leaf(encode_envelope(event)));
}

Status OriginCheck::finish() const {
  if (!fault_.empty()) return Error{"the origin's events: " + fault_};
  if (version_ != forked_.origin_version) {
    return Error{"the origin's events end at version " + std::to_string(version_) +
                 ", the fork took version " + std::to_string(forked_.origin_version)};
  }
  if (hex(chain_) != forked_.chain) return Error{"the origin's hash chain is not the fork's"};
  if (hash_of(state_) != forked_.state_hash) return Error{"the origin's state is not the fork's"};
  const phone::Profile* profile = phone::profile_of(state_);
  if (profile == nullptr || profile->organization != forked_.organization ||
      profile->image != forked_.image || profile->width_px != forked_.width_px ||
      profile->height_px != forked_.height_px) {
    return Error{"the fork did not take over what the origin was"};
  }
  return Done{};
}

}  // namespace rookery
