#include "eventstore/keys.h"

#include <isa-l/crc.h>

namespace rookery {

void put_big_endian(std::string& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) out += static_cast<char>(value >> (8 * i));
}

std::uint64_t big_endian(std::string_view bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = (value << 8) | static_cast<std::uint8_t>(bytes[offset + i]);
  }
  return value;
}

namespace {

void put_bytes(std::string& out, const std::array<std::uint8_t, 16>& bytes) {
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

std::string event_key(Shard shard, const EntityId& stream, std::uint64_t version) {
  std::string key;
  key.reserve(26);
  put_big_endian(key, shard, 2);
  put_bytes(key, stream.bytes);
  put_big_endian(key, version, 8);
  return key;
}

std::string log_key(Shard shard, std::uint64_t position) {
  std::string key;
  put_big_endian(key, shard, 2);
  put_big_endian(key, position, 8);
  return key;
}

std::string head_key(const EntityId& stream) {
  std::string key;
  put_bytes(key, stream.bytes);
  return key;
}

std::string dedup_key(const EntityId& stream, const Id128& command_id) {
  std::string key;
  key.reserve(32);
  put_bytes(key, stream.bytes);
  put_bytes(key, command_id.bytes);
  return key;
}

Shard shard_of_stream(const EntityId& stream, std::uint16_t shard_count) {
  // isa-l only reads; its parameter lacks the const.
  auto* bytes = const_cast<unsigned char*>(stream.bytes.data());  // NOLINT
  return static_cast<Shard>(~crc32_iscsi(bytes, 16, 0xffffffff) % shard_count);
}

}  // namespace rookery
