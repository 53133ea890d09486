// What a stream's events came to, kept so that a reader need not begin at the first one. Always
// optional: without it, or with one that is broken, the same state comes from the events.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "eventstore/leaf_hash.h"
#include "schemas/ids.h"
#include "schemas/result.h"

namespace rookery {

inline constexpr std::size_t kSnapshotStateBytesMax = 16 << 20;
inline constexpr std::size_t kSnapshotsKept = 2;  // of a stream: the newest

struct Snapshot {
  EntityId stream;
  std::uint64_t version = 0;  // of the last event that is in it
  std::uint64_t epoch = 0;    // of that event
  std::uint16_t schema = 0;   // how `phase` and `state` are encoded
  std::uint64_t reducer = 0;  // which code made the state of the events; of another it is no use
  Hash256 state_hash{};       // SHA-256(phase || 0x00 || state)
  std::string phase;          // shorter than 65,536 bytes
  std::string state;

  bool operator==(const Snapshot&) const = default;
};

// Error: larger than a store keeps.
Status snapshot_limit(const Snapshot& snapshot);
Hash256 hash_of_state(std::string_view phase, std::string_view state);

// Layout: FORMAT.md, "Snapshot". Stream and version stand in the key.
std::string encode_snapshot(const Snapshot& snapshot);
// Error: a bit has flipped, it belongs to another stream or version, or its layout is unknown.
Result<Snapshot> decode_snapshot(const EntityId& stream, std::uint64_t version,
                                 std::string_view bytes);

}  // namespace rookery
