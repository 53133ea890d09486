// What each event did to its actor's state: the audit's way to see who changed what.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "eventstore/event_log.h"

namespace rookery {

// The event as shown_event() shows it, and beside it
//   "phase_before", "phase": names of the state's phase before and after it,
//   "changes": [{"field", "before", "after"}], by field: a JSON Pointer (RFC 6901) into the state
//   as
//     it is shown; null where there was or is none.
// Return false to stop.
using ChangeVisitor = std::function<bool(const nlohmann::json&)>;

// The events of `id` after `after_version` and up to `until_version`, in their order. Holds one
// state at a time. Error: the history cannot be read or replayed; what came before it was visited.
Status each_change(const EventLog& log, const EntityId& id, std::uint64_t after_version,
                   std::uint64_t until_version, const ChangeVisitor& visit);

}  // namespace rookery
