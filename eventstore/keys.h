// Keys of the column families, big-endian so that RocksDB's order is ours. Layout: FORMAT.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "eventstore/event_log.h"

namespace rookery {

std::string event_key(Shard shard, const EntityId& stream, std::uint64_t version);
std::string log_key(Shard shard, std::uint64_t position);
std::string head_key(const EntityId& stream);
std::string dedup_key(const EntityId& stream, const Id128& command_id);

// Number at `offset`; the caller knows the bytes are there.
std::uint64_t big_endian(std::string_view bytes, std::size_t offset, std::size_t size);
void put_big_endian(std::string& out, std::uint64_t value, std::size_t size);

// Shard of a stream: CRC-32C of its 16 bytes, modulo the number of shards.
Shard shard_of_stream(const EntityId& stream, std::uint16_t shard_count);

}  // namespace rookery
