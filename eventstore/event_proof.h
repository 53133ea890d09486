// That an event is on a log at its position, checkable by anyone who has the log's public key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/checkpoint.h"
#include "eventstore/event_log.h"

namespace rookery {

struct EventProof {
  Shard shard = 0;
  std::uint64_t position = 0;
  std::string event;               // the stored bytes (FORMAT.md, "Envelope")
  std::vector<Hash256> inclusion;  // RFC 6962 section 2.1.1, lowest first
  std::string checkpoint;          // signed note over a tree that holds the event
};

// By the smallest checkpoint that covers the position and `tree_size` events: proofs of several
// events can then stand under one. Error: no such position, it is not signed
// for yet, or the store's tree does not hold its bytes.
Result<EventProof> prove_event(const EventLog& log, Shard shard, std::uint64_t position,
                               std::uint64_t tree_size = 0);

// The event, once everything is checked: the checkpoint's signature by one of `known`, the path to
// its root, that it is of the proof's shard, and that the event says it stands there. Error: the
// first that is not so.
struct ProvenEvent {
  Envelope event;
  VerifiedCheckpoint under;
};
Result<ProvenEvent> check_event_proof(const EventProof& proof,
                                      const std::vector<NoteVerifier>& known);

SubtreeReader subtree_reader(const EventLog& log, Shard shard);

}  // namespace rookery
