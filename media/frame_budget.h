// How often a frame may be asked for: a token bucket, so that a steady 60 Hz source never waits.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rookery::media {

class FrameBudget {
 public:
  explicit FrameBudget(int frames_per_second_max) : interval_us_(1'000'000 / frames_per_second_max) {}

  bool allows(std::int64_t now_us) const { return now_us >= next_us(); }
  // The earliest time at which allows() is true.
  std::int64_t next_us() const { return full_us_ - (kDepth - 1) * interval_us_; }
  void spend(std::int64_t now_us) { full_us_ = std::max(full_us_, now_us) + interval_us_; }

 private:
  static constexpr std::int64_t kDepth = 2;  // frames that may come at once after a pause
  std::int64_t interval_us_;
  std::int64_t full_us_ = 0;  // when the bucket will be full again
};

}  // namespace rookery::media
