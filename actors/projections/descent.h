// A phone that takes over from another's past: what its first event says, and how others check it.
#pragma once

#include "actors/domain/phone.h"
#include "eventstore/event_proof.h"

namespace rookery {

// All of a Phone.Forked but its name, from the origin's events up to `version`. Error: there is no
// such version, it is not signed for yet, or the history cannot be replayed.
Result<phone::event::Forked> descend(const EventLog& log, const EntityId& origin,
                                     std::uint64_t version);

// That the origin's event which the fork names is on the log, at its place, under a checkpoint
// signed by one of `known`. Error: the first that is not so.
Status check_descent(const phone::event::Forked& forked, const std::vector<NoteVerifier>& known);

// Takes the origin's proven events in version order and compares what they come to with what the
// fork took over: hash chain, state, and the fields of the phone.
class OriginCheck {
 public:
  explicit OriginCheck(phone::event::Forked forked) : forked_(std::move(forked)) {}

  void follow(const Envelope& event);
  // Error: they are not all up to the fork, or come to something else.
  Status finish() const;

 private:
  phone::event::Forked forked_;
  phone::State state_;
  std::uint64_t version_ = 0;
  std::uint64_t epoch_ = 0;
  Hash256 chain_{};
  LeafHasher hasher_;
  std::string fault_;
};

}  // namespace rookery
