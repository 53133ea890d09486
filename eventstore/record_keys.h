// Keys (big-endian, so that they sort) and small values (little-endian) of the column families.
// Layout: FORMAT.md. Nothing here may ever change for stores of format 1.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "eventstore/event_log.h"
#include "eventstore/leaf_hash.h"

namespace rookery {

// A record's bytes on the stack.
template <std::size_t Size>
struct FixedBytes {
  std::array<char, Size> bytes{};

  std::string_view view() const { return {bytes.data(), Size}; }
};

// Where a stream stands: value of column family `head`.
struct StreamHead {
  std::uint64_t version = 0;  // of the last event
  std::uint64_t epoch = 0;    // under which that event was written
  Hash256 chain{};            // over all events' leaf hashes
};

// One event's entry in its shard's order: value of column family `log`.
struct LogEntry {
  EntityId stream;
  std::uint64_t version = 0;
  Hash256 leaf{};
};

// The shard a stream belongs to, for good.
Shard shard_of_stream(const EntityId& stream, std::uint16_t shard_count);

FixedBytes<26> event_key(Shard shard, const EntityId& stream, std::uint64_t version);
FixedBytes<10> log_key(Shard shard, std::uint64_t position);
FixedBytes<16> head_key(const EntityId& stream);
FixedBytes<32> answer_key(const EntityId& stream, const Id128& command_id);

// A record of the audit tree, and a checkpoint of it, in column family `tree`.
FixedBytes<12> tree_key(Shard shard, unsigned tier, std::uint64_t index);
FixedBytes<11> checkpoint_key(Shard shard, std::uint64_t size);

FixedBytes<24> snapshot_key(const EntityId& stream, std::uint64_t version);

FixedBytes<48> encode_head(const StreamHead& head);
FixedBytes<56> encode_log_entry(const LogEntry& entry);

// Empty when the bytes have another length than the record.
std::optional<StreamHead> decode_head(std::string_view bytes);
std::optional<LogEntry> decode_log_entry(std::string_view bytes);
// The place a key of `log` names.
struct LogPlace {
  Shard shard = 0;
  std::uint64_t position = 0;
};
std::optional<LogPlace> decode_log_key(std::string_view key);
struct EventPlace {
  Shard shard = 0;
  EntityId stream;
  std::uint64_t version = 0;
};
std::optional<EventPlace> decode_event_key(std::string_view key);
std::optional<EntityId> decode_head_key(std::string_view key);
struct TreePlace {
  Shard shard = 0;
  unsigned tier = 0;
  std::uint64_t index = 0;
};
std::optional<TreePlace> decode_tree_key(std::string_view key);
// The shard and the size that a checkpoint's key names.
std::optional<std::pair<Shard, std::uint64_t>> decode_checkpoint_key(std::string_view key);
// The stream and the version that a snapshot's key names.
std::optional<std::pair<EntityId, std::uint64_t>> decode_snapshot_key(std::string_view key);
std::optional<Hash256> decode_hash(std::string_view bytes);
inline std::string_view hash_view(const Hash256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace rookery
