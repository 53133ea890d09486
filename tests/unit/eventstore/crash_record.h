// What the crash test and the program it kills agree on.
#pragma once

#include <cstdint>
#include <string>

#include "eventstore/event_log.h"

namespace rookery::testing {

inline constexpr std::uint16_t kCrashShards = 2;

struct CrashRecord {
  std::uint64_t stream = 0;
  std::uint64_t first_version = 0;
  std::uint64_t count = 0;
  std::uint64_t first_position = 0;
};

inline EntityId crash_stream(std::uint64_t number) {
  std::array<std::uint8_t, 15> tail{};
  tail[14] = static_cast<std::uint8_t>(number);
  return make_entity_id(EntityKind::kPhone, tail);
}

inline Id128 crash_command(std::uint64_t stream, std::uint64_t version) {
  Id128 id;
  id.bytes[0] = static_cast<std::uint8_t>(stream);
  std::memcpy(id.bytes.data() + 8, &version, sizeof version);
  return id;
}

inline std::string crash_answer(std::uint64_t stream, std::uint64_t version) {
  return "answer " + std::to_string(stream) + "/" + std::to_string(version);
}

// Both large and small, so that batches and WAL blocks end anywhere.
inline std::string crash_payload(std::uint64_t stream, std::uint64_t version) {
  const std::string text = std::to_string(stream) + "/" + std::to_string(version) + ";";
  std::string payload = text;
  for (std::uint64_t i = 0; i < (stream * 31 + version * 7) % 97; ++i) payload += text;
  return payload;
}

}  // namespace rookery::testing
