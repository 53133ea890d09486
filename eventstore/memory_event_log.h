// The event log's in-memory twin, for tests: same contract, nothing kept.
#pragma once

#include <memory>

#include "eventstore/event_log.h"

namespace rookery {

// `done` is called from a commit thread of its own, as with the real one.
std::unique_ptr<EventLog> make_memory_event_log(std::uint16_t shard_count = 1,
                                                std::uint64_t epoch = 1);

}  // namespace rookery
