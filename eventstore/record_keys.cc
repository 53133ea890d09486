#include "eventstore/record_keys.h"

#include <cstring>

#include "schemas/bounded_decode.h"

namespace rookery {
namespace {

template <std::unsigned_integral T>
char* put_big(char* at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    at[i] = static_cast<char>(value >> (8 * (sizeof(T) - 1 - i)));
  }
  return at + sizeof(T);
}

template <std::unsigned_integral T>
T get_big(const char* at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>((value << 8) | static_cast<std::uint8_t>(at[i]));
  }
  return value;
}

template <std::unsigned_integral T>
char* put_little(char* at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) at[i] = static_cast<char>(value >> (8 * i));
  return at + sizeof(T);
}

template <std::size_t Size>
char* put_bytes(char* at, const std::array<std::uint8_t, Size>& bytes) {
  std::memcpy(at, bytes.data(), Size);
  return at + Size;
}

// First byte of the keys of `tree`.
constexpr std::uint8_t kTreeRecord = 1;
constexpr std::uint8_t kCheckpointRecord = 2;

ByteReader reader_of(std::string_view bytes) {
  return ByteReader({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace

Shard shard_of_stream(const EntityId& stream, std::uint16_t shard_count) {
  const auto* tail = reinterpret_cast<const char*>(stream.bytes.data()) + 12;
  return static_cast<Shard>(get_big<std::uint32_t>(tail) % shard_count);
}

FixedBytes<26> event_key(Shard shard, const EntityId& stream, std::uint64_t version) {
  FixedBytes<26> key;
  put_big(put_bytes(put_big(key.bytes.data(), shard), stream.bytes), version);
  return key;
}

FixedBytes<10> log_key(Shard shard, std::uint64_t position) {
  FixedBytes<10> key;
  put_big(put_big(key.bytes.data(), shard), position);
  return key;
}

FixedBytes<16> head_key(const EntityId& stream) {
  FixedBytes<16> key;
  put_bytes(key.bytes.data(), stream.bytes);
  return key;
}

FixedBytes<32> answer_key(const EntityId& stream, const Id128& command_id) {
  FixedBytes<32> key;
  put_bytes(put_bytes(key.bytes.data(), stream.bytes), command_id.bytes);
  return key;
}

FixedBytes<12> tree_key(Shard shard, unsigned tier, std::uint64_t index) {
  FixedBytes<12> key;
  char* at = put_big(key.bytes.data(), kTreeRecord);
  at = put_big(put_big(at, shard), static_cast<std::uint8_t>(tier));
  put_big(at, index);
  return key;
}

FixedBytes<11> checkpoint_key(Shard shard, std::uint64_t size) {
  FixedBytes<11> key;
  put_big(put_big(put_big(key.bytes.data(), kCheckpointRecord), shard), size);
  return key;
}

FixedBytes<24> snapshot_key(const EntityId& stream, std::uint64_t version) {
  FixedBytes<24> key;
  put_big(put_bytes(key.bytes.data(), stream.bytes), version);
  return key;
}

FixedBytes<48> encode_head(const StreamHead& head) {
  FixedBytes<48> value;
  put_bytes(put_little(put_little(value.bytes.data(), head.version), head.epoch), head.chain);
  return value;
}

FixedBytes<56> encode_log_entry(const LogEntry& entry) {
  FixedBytes<56> value;
  put_bytes(put_little(put_bytes(value.bytes.data(), entry.stream.bytes), entry.version),
            entry.leaf);
  return value;
}

std::optional<StreamHead> decode_head(std::string_view bytes) {
  auto reader = reader_of(bytes);
  StreamHead head;
  head.version = reader.u64();
  head.epoch = reader.u64();
  head.chain = reader.array<32>();
  if (!reader.done()) return std::nullopt;
  return head;
}

std::optional<LogEntry> decode_log_entry(std::string_view bytes) {
  auto reader = reader_of(bytes);
  LogEntry entry;
  entry.stream.bytes = reader.array<16>();
  entry.version = reader.u64();
  entry.leaf = reader.array<32>();
  if (!reader.done()) return std::nullopt;
  return entry;
}

std::optional<LogPlace> decode_log_key(std::string_view key) {
  if (key.size() != 10) return std::nullopt;
  return LogPlace{get_big<std::uint16_t>(key.data()), get_big<std::uint64_t>(key.data() + 2)};
}

std::optional<EventPlace> decode_event_key(std::string_view key) {
  EventPlace place;
  if (key.size() != 26) return std::nullopt;
  place.shard = get_big<std::uint16_t>(key.data());
  std::memcpy(place.stream.bytes.data(), key.data() + 2, place.stream.bytes.size());
  place.version = get_big<std::uint64_t>(key.data() + 18);
  return place;
}

std::optional<EntityId> decode_head_key(std::string_view key) {
  EntityId stream;
  if (key.size() != stream.bytes.size()) return std::nullopt;
  std::memcpy(stream.bytes.data(), key.data(), key.size());
  return stream;
}

std::optional<TreePlace> decode_tree_key(std::string_view key) {
  if (key.size() != 12 || static_cast<std::uint8_t>(key[0]) != kTreeRecord) return std::nullopt;
  return TreePlace{get_big<std::uint16_t>(key.data() + 1), get_big<std::uint8_t>(key.data() + 3),
                   get_big<std::uint64_t>(key.data() + 4)};
}

std::optional<std::pair<Shard, std::uint64_t>> decode_checkpoint_key(std::string_view key) {
  if (key.size() != 11 || static_cast<std::uint8_t>(key[0]) != kCheckpointRecord) {
    return std::nullopt;
  }
  return std::pair(get_big<std::uint16_t>(key.data() + 1), get_big<std::uint64_t>(key.data() + 3));
}

std::optional<std::pair<EntityId, std::uint64_t>> decode_snapshot_key(std::string_view key) {
  EntityId stream;
  if (key.size() != 24) return std::nullopt;
  std::memcpy(stream.bytes.data(), key.data(), stream.bytes.size());
  return std::pair(stream, get_big<std::uint64_t>(key.data() + 16));
}

std::optional<Hash256> decode_hash(std::string_view bytes) {
  Hash256 hash;
  if (bytes.size() != hash.size()) return std::nullopt;
  std::memcpy(hash.data(), bytes.data(), bytes.size());
  return hash;
}

}  // namespace rookery
