// From an actor's history to a snapshot and back.
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include "actors/runtime/history.h"
#include "actors/runtime/state_codec.h"

namespace rookery {

// How a snapshot's state is encoded: the phase's name and its canonical bytes (state_codec.h).
inline constexpr std::uint16_t kSnapshotSchema = 1;

// A number of all the code that turns events into states; another one for any change of it.
std::uint64_t reducer_version();

template <class Aggregate>
Snapshot make_snapshot(const EntityId& id, const History<Aggregate>& history) {
  Snapshot snapshot;
  snapshot.stream = id;
  snapshot.version = history.version;
  snapshot.epoch = history.epoch;
  snapshot.schema = kSnapshotSchema;
  snapshot.reducer = reducer_version();
  std::tie(snapshot.phase, snapshot.state) = encode_state(history.state);
  snapshot.state_hash = hash_of_state(snapshot.phase, snapshot.state);
  return snapshot;
}

// Nothing when other code made it, or it is not this aggregate's.
template <class Aggregate>
std::optional<History<Aggregate>> history_of(const Snapshot& snapshot) {
  if (snapshot.schema != kSnapshotSchema || snapshot.reducer != reducer_version()) return {};
  std::optional<typename Aggregate::State> state;
  decode_state(snapshot.phase, snapshot.state, state);
  if (!state) return {};
  return History<Aggregate>{std::move(*state), snapshot.version, snapshot.epoch};
}

template <class Aggregate>
struct Recovered {
  History<Aggregate> history;
  std::uint64_t snapshot_version = 0;  // where it began; 0: at the first event
  Status status = Done{};              // Error: the events themselves cannot be replayed
};

// From the newest snapshot and the events after it. When that does not work, for whatever reason,
// from the events alone, once.
template <class Aggregate>
Recovered<Aggregate> recover_history(const EventLog& log, const EntityId& id) {
  Recovered<Aggregate> recovered;
  const auto snapshot = log.last_snapshot(id, kAnyVersion);
  auto history = snapshot && *snapshot ? history_of<Aggregate>(**snapshot) : std::nullopt;
  const auto last = history ? log.stream_version(id) : Result<std::uint64_t>(std::uint64_t{0});
  if (history && last && history->version <= *last && follow_log(log, id, kAnyVersion, *history)) {
    recovered.history = std::move(*history);
    recovered.snapshot_version = (*snapshot)->version;
    return recovered;
  }
  recovered.status = follow_log(log, id, kAnyVersion, recovered.history);
  return recovered;
}

}  // namespace rookery
