// F9: how fast packets leave, so that a key frame does not overrun a receiver's socket buffer.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rookery::media {

// A token bucket over bytes. A burst of kBurstBytes goes at once (a usual frame is smaller, so it
// is never delayed); beyond that packets leave at `bytes_per_second`. Use: while allows(), send a
// packet and spend() it; else wait until next_us().
class Pacer {
 public:
  // Half of Linux's default receive buffer (net.core.rmem_default, 212,992 bytes), which counts
  // about 2 bytes for each one of payload.
  static constexpr std::int64_t kBurstBytes = 48 * 1024;

  explicit Pacer(std::int64_t bytes_per_second = 100'000'000 / 8 * 4)
      : bytes_per_second_(bytes_per_second) {}

  bool allows(std::int64_t now_us) {
    refill(now_us);
    return tokens_ > 0;
  }
  void spend(std::int64_t bytes) { tokens_ -= bytes; }
  // When allows() will be true again; `now_us` if it is.
  std::int64_t next_us(std::int64_t now_us) const {
    if (tokens_ > 0) return now_us;
    return refilled_us_ + (-tokens_ + 1) * 1'000'000 / bytes_per_second_ + 1;
  }

 private:
  void refill(std::int64_t now_us) {
    const std::int64_t elapsed = std::min<std::int64_t>(now_us - refilled_us_, 1'000'000);
    if (elapsed <= 0) return;
    tokens_ = std::min(kBurstBytes, tokens_ + elapsed * bytes_per_second_ / 1'000'000);
    refilled_us_ = now_us;
  }

  std::int64_t bytes_per_second_;
  std::int64_t tokens_ = kBurstBytes;
  std::int64_t refilled_us_ = 0;
};

}  // namespace rookery::media
