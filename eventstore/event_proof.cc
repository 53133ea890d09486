#include "eventstore/event_proof.h"

#include <algorithm>

#include "eventstore/envelope_codec.h"

namespace rookery {
namespace {

Result<Envelope> event_at(const EventLog& log, Shard shard, std::uint64_t position) {
  std::optional<Envelope> found;
  const auto read = log.read_log(shard, position, [&](const Envelope& event) {
    found = event;
    return false;
  });
  if (!read) return read.error();
  if (position == 0 || !found || found->position != position) {
    return Error{"the log of shard " + std::to_string(shard) + " has no position " +
                 std::to_string(position)};
  }
  return std::move(*found);
}

// The smallest one that covers the position.
Result<std::string> checkpoint_over(const EventLog& log, Shard shard, std::uint64_t position) {
  std::string note;
  const auto read = log.read_checkpoints(shard, position, [&](std::uint64_t, const auto& found) {
    note = found;
    return false;
  });
  if (!read) return read.error();
  if (note.empty()) {
    return Error{"position " + std::to_string(position) +
                 " is not signed for yet: try again in a second"};
  }
  return note;
}

}  // namespace

SubtreeReader subtree_reader(const EventLog& log, Shard shard) {
  return [&log, shard](unsigned height, std::uint64_t index) {
    return log.subtree(shard, height, index);
  };
}

Result<EventProof> prove_event(const EventLog& log, Shard shard, std::uint64_t position,
                               std::uint64_t tree_size) {
  const auto event = event_at(log, shard, position);
  if (!event) return event.error();
  const auto note = checkpoint_over(log, shard, std::max(position, tree_size));
  if (!note) return note.error();
  const auto parsed = parse_signed_note(*note);
  const auto checkpoint = parsed ? parse_checkpoint_text(parsed->text) : parsed.error();
  if (!checkpoint) return checkpoint.error();
  const auto path =
      inclusion_proof(subtree_reader(log, shard), position - 1, checkpoint->head.size);
  if (!path) return path.error();
  EventProof proof{shard, position, encode_envelope(*event), *path, *note};
  LeafHasher hasher;
  if (!verify_inclusion(hasher.leaf(proof.event), position - 1, checkpoint->head,
                        proof.inclusion)) {
    return Error{"the event at position " + std::to_string(position) +
                 " is not the one that was signed for: run rookery audit verify"};
  }
  return proof;
}

Result<ProvenEvent> check_event_proof(const EventProof& proof,
                                      const std::vector<NoteVerifier>& known) {
  const auto under = verify_checkpoint(proof.checkpoint, known);
  if (!under) return under.error();
  const auto event = decode_envelope(proof.event);
  if (!event) return Error{"the event: " + event.error().message};
  LeafHasher hasher;
  if (proof.position == 0 || !verify_inclusion(hasher.leaf(proof.event), proof.position - 1,
                                               under->checkpoint.head, proof.inclusion)) {
    return Error{"the checkpoint does not stand over this event at position " +
                 std::to_string(proof.position)};
  }
  if (!under->checkpoint.origin.ends_with(checkpoint_origin("", proof.shard))) {
    return Error{"the checkpoint is not of shard " + std::to_string(proof.shard)};
  }
  if (event->position != proof.position) return Error{"the event says it stands elsewhere"};
  return ProvenEvent{*event, *under};
}

}  // namespace rookery
