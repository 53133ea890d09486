// Which actors belong to which organization, read from the log itself: auditors' filter.
#pragma once

#include <functional>
#include <optional>
#include <unordered_map>

#include "eventstore/event_log.h"

namespace rookery {

// Not thread-safe. Remembers what it read, at most so many actors at a time.
class Members {
 public:
  explicit Members(const EventLog& log) : log_(log) {}

  // An organization belongs to itself, a user's queries to the user's. Nothing: the actor was never
  // made, or is the system. Error: the log cannot be read.
  Result<std::optional<EntityId>> organization_of(const EntityId& actor);

 private:
  Result<std::optional<EntityId>> read(const EntityId& actor) const;

  const EventLog& log_;
  std::unordered_map<EntityId, std::optional<EntityId>> known_;
};

// Every actor of the organization that has a state, kind by kind and in id order, after `after`
// (all zero: from the first). Looks at `looked_at_max` actors at most; returns the last one looked
// at, or nothing when there are no more. `visit` returns false to stop.
Result<std::optional<EntityId>> each_member(const EventLog& log, const EntityId& organization,
                                            const EntityId& after, std::size_t looked_at_max,
                                            const std::function<bool(const EntityId&)>& visit);

}  // namespace rookery
