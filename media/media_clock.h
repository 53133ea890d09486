// The doors for time in media: one for intervals, one for tickets.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace rookery::media {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// CLOCK_MONOTONIC, microseconds: the clock of captured_us.
inline std::int64_t monotonic_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Microseconds since 1970-01-01 UTC: the clock of ticket_expires_us.
inline std::int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace rookery::media
