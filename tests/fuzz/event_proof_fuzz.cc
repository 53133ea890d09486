// What an auditor is handed: proofs, checkpoints, keys. Only what was signed may be believed.
#include <nlohmann/json.hpp>

#include "eventstore/memory_event_log.h"
#include "eventstore/proof_json.h"
#include "tests/fuzz/target.h"

using namespace rookery;

namespace {

const NoteSigner& log_key() {
  static const NoteSigner key =
      NoteSigner::from_seed("rookery.local/fuzz", NoteKeyKind::kEd25519, {1, 2, 3});
  return key;
}

Append event_of(std::uint8_t number) {
  Append append;
  append.stream = make_entity_id(EntityKind::kPhone, {number});
  append.expected_version = kAnyVersion;
  append.provenance.wall_time_us = 1'700'000'000'000'000;
  append.events.push_back({0x030001, 1, "event " + std::to_string(number)});
  return append;
}

// Five events under one checkpoint: all that may ever be proven.
const std::vector<EventProof>& truth() {
  static const std::vector<EventProof> proofs = [] {
    auto log = make_memory_event_log();
    for (std::uint8_t i = 1; i <= 5; ++i) append_and_wait(*log, event_of(i));
    const Checkpoint checkpoint{checkpoint_origin(log_key().verifier().name, 0), log->tree_head(0)};
    const auto note = sign_checkpoint(checkpoint, {log_key()});
    fuzz::require(log->put_checkpoint(0, 5, note).ok(), "a checkpoint is kept");
    std::vector<EventProof> all;
    for (std::uint64_t position = 1; position <= 5; ++position) {
      all.push_back(*prove_event(*log, 0, position));
    }
    return all;
  }();
  return proofs;
}

void check_proof(const std::string& text) {
  const auto proof = parse_proof(text);
  if (!proof) return;
  const auto proven = check_event_proof(*proof, {log_key().verifier()});
  if (!proven) return;
  const std::uint64_t position = proven->event.position;
  fuzz::require(position >= 1 && position <= 5, "only what was signed for is proven");
  fuzz::require(proof->event == truth()[position - 1].event, "no other event is proven");
  fuzz::require(parse_proof(proof_json(*proof).dump())->inclusion == proof->inclusion,
                "a proof survives being written again");
}

void check_note(const std::string& text) {
  const auto verified = verify_checkpoint(text, {log_key().verifier()});
  if (!verified) return;
  const auto said = verify_checkpoint(truth()[0].checkpoint, {log_key().verifier()});
  fuzz::require(verified->checkpoint.head == said->checkpoint.head, "no other head is signed");
}

void check_keys(const std::string& text) {
  if (const auto key = parse_note_verifier(text)) {
    fuzz::require(key->text() == text, "a verifier key has one spelling");
  }
  if (const auto key = NoteSigner::parse(text)) {
    fuzz::require(key->text() == text, "a secret key has one spelling");
  }
}

fuzz::Seed seed(std::string name, const std::string& text) {
  return {std::move(name), {text.begin(), text.end()}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  check_proof(text);
  check_note(text);
  check_keys(text);
  if (const auto checkpoint = parse_checkpoint_text(text)) {
    fuzz::require(text.starts_with(checkpoint_text(*checkpoint)), "a checkpoint has one spelling");
  }
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  return {seed("proof", proof_json(truth()[2]).dump()), seed("checkpoint", truth()[0].checkpoint),
          seed("verifier", log_key().verifier().text()), seed("signer", log_key().text())};
}
