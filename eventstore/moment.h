// A point in one actor's past, and how much of its stream had happened by then.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "eventstore/event_log.h"

namespace rookery {

struct Moment {
  enum class By { kEnd, kVersion, kPosition, kTime };
  By by = By::kEnd;          // kEnd: after everything that happened so far
  std::int64_t time_us = 0;  // with kTime: up to and including this microsecond since 1970, UTC
  std::uint64_t number = 0;  // with kVersion and kPosition: up to and including this one
};

// The actor was not there yet, or the log has not come so far.
struct NoSuchMoment {
  std::string message;
};

// The version of the last event that belongs to that moment, at least 1. By time, an event belongs
// when it and all before it in its stream carry no later time.
std::variant<std::uint64_t, NoSuchMoment, Error> version_at(const EventLog& log,
                                                            const EntityId& stream,
                                                            const Moment& moment);

// The version of the stream's first event at `position` or later; one more than the stream's
// version when there is none. Reads a few single events, whatever the stream's length.
Result<std::uint64_t> first_version_from(const EventLog& log, const EntityId& stream,
                                         std::uint64_t position);

}  // namespace rookery
