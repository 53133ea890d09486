#include "eventstore/proof_json.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "eventstore/envelope_codec.h"
#include "schemas/event_codec.h"
#include "schemas/shown_json.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

constexpr const char* kFormat = "rookery-event-proof/1";
constexpr std::size_t kHashesMax = 1 << 16;
constexpr std::string_view kFields[] = {"format",    "shard",      "position", "event",
                                        "inclusion", "checkpoint", "readable"};

std::string text_of(const Json& object, const char* name) {
  const auto field = object.find(name);
  return field != object.end() && field->is_string() ? field->get<std::string>() : std::string();
}

// Nothing: no JSON, or an object names a field twice: programs take the last, people the first.
std::optional<Json> parse_unambiguous(std::string_view text) {
  std::vector<std::set<std::string>> names;  // of the objects that are open
  bool twice = false;
  const auto look = [&](int, Json::parse_event_t what, Json& value) {
    if (what == Json::parse_event_t::object_start) names.emplace_back();
    if (what == Json::parse_event_t::object_end) names.pop_back();
    if (what == Json::parse_event_t::key) {
      twice = twice || !names.back().insert(value.get<std::string>()).second;
    }
    return true;
  };
  Json parsed = Json::parse(text, look, false);
  if (parsed.is_discarded() || twice) return std::nullopt;
  return parsed;
}

Status compare_readable(const Json& object, const std::string& bytes) {
  const auto readable = object.find("readable");
  const auto event = decode_envelope(bytes);
  if (readable == object.end() || !event) return Done{};
  if (!describe_event(event->type, event->schema, event->payload)) {
    return Error{
        "this build cannot read the event and so not compare \"readable\" with it: use a "
        "newer one"};
  }
  if (*readable == shown_event(*event)) return Done{};
  return Error{"\"readable\" says something else than the event's bytes"};
}

}  // namespace

Json hashes_json(const std::vector<Hash256>& hashes) {
  Json out = Json::array();
  for (const Hash256& hash : hashes) {
    out.push_back(to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()}));
  }
  return out;
}

Result<std::vector<Hash256>> parse_hashes(const Json& array) {
  std::vector<Hash256> hashes;
  if (!array.is_array() || array.size() > kHashesMax) return Error{"this is no list of hashes"};
  for (const Json& item : array) {
    const auto bytes = item.is_string() ? from_base64(item.get<std::string>()) : std::nullopt;
    Hash256 hash;
    if (!bytes || bytes->size() != hash.size()) return Error{"a hash has another form"};
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    hashes.push_back(hash);
  }
  return hashes;
}

Json proof_json(const EventProof& proof) {
  Json out = {{"format", kFormat},
              {"shard", proof.shard},
              {"position", proof.position},
              {"event", to_base64(proof.event)},
              {"inclusion", hashes_json(proof.inclusion)},
              {"checkpoint", proof.checkpoint}};
  if (const auto event = decode_envelope(proof.event)) out["readable"] = shown_event(*event);
  return out;
}

Result<EventProof> parse_proof(std::string_view text) {
  const Error malformed{"this is no event proof: make one with rookery audit prove"};
  if (text.size() > kProofBytesMax) return malformed;
  const auto parsed = parse_unambiguous(text);
  if (!parsed) return malformed;
  const Json& object = *parsed;
  if (!object.is_object() || text_of(object, "format") != kFormat) return malformed;
  for (const auto& [name, value] : object.items()) {
    if (std::find(std::begin(kFields), std::end(kFields), name) == std::end(kFields)) {
      return Error{"a field that no proof has, and that proves nothing: " + name};
    }
  }
  const auto shard = object.value("shard", Json(0U));  // the first proofs did not say it
  const auto position = object.find("position");
  const auto inclusion = object.find("inclusion");
  const auto event = from_base64(text_of(object, "event"));
  if (position == object.end() || !position->is_number_unsigned() || inclusion == object.end() ||
      !event || !shard.is_number_unsigned() || shard > std::numeric_limits<Shard>::max()) {
    return malformed;
  }
  const auto hashes = parse_hashes(*inclusion);
  if (!hashes) return hashes.error();
  if (auto status = compare_readable(object, *event); !status) return status.error();
  return EventProof{shard.get<Shard>(), position->get<std::uint64_t>(), *event, *hashes,
                    text_of(object, "checkpoint")};
}

}  // namespace rookery
