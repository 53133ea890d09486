// Builds everything anew from the log alone, and compares: what the same events come to must be the
// same every time, whichever way it is come by.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "eventstore/event_log.h"
#include "eventstore/moment.h"

namespace rookery::tool {

struct Rebuilt {
  std::uint64_t events = 0;
  std::uint64_t actors = 0;
  std::uint64_t snapshots = 0;  // compared with what the events come to
  // Of the rebuilt log's trees against the log's own: their roots are equal. Nothing: the events
  // were written under several epochs, which a rebuilt log cannot repeat.
  std::optional<bool> same_trees;
  std::string state_hash;  // hex SHA-256 over "ACTOR HASH\n" of all actors, sorted
  std::string difference;  // the first actor whose states differ, and how; empty: none
};

// Appends all events up to `until` (a position of every shard, a time, or the end) to a new store
// in `scratch`, an empty folder; then replays each actor there, in the log itself, and from its
// newest snapshot. Error: the log cannot be read, or an event does not follow those before it.
Result<Rebuilt> rebuild(const EventLog& log, const Moment& until,
                        const std::filesystem::path& scratch,
                        const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace rookery::tool
