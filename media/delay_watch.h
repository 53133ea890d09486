// How late frames are on a way that loses nothing. A queue there shows only as delay: what a frame
// takes now beyond what one took at best lately.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <utility>

namespace rookery::media {

// Times are CLOCK_MONOTONIC, microseconds.
class DelayWatch {
 public:
  // So late, and the bitrate is more than the way carries.
  static constexpr std::int64_t kLateUs = 60'000;

  void sent(std::uint64_t frame_id, std::int64_t now_us) {
    if (on_the_way_.size() == kFramesMax) on_the_way_.pop_front();
    on_the_way_.emplace_back(frame_id, now_us);
  }
  // The viewer has decoded this frame, and kept the word of it for `held_us`.
  void acknowledged(std::uint64_t frame_id, std::uint32_t held_us, std::int64_t now_us) {
    std::int64_t sent_us = 0;
    while (!on_the_way_.empty() && on_the_way_.front().first <= frame_id) {
      if (on_the_way_.front().first == frame_id) sent_us = on_the_way_.front().second;
      on_the_way_.pop_front();
    }
    if (sent_us == 0) return;
    const std::int64_t took_us = std::max<std::int64_t>(now_us - sent_us - held_us, 1);
    if (now_us >= window_us_ + kWindowUs) {
      least_before_us_ = std::exchange(least_now_us_, kNone);
      window_us_ = now_us;
    }
    least_now_us_ = std::min(least_now_us_, took_us);
    sum_us_ += took_us;
    ++count_;
  }
  // What waits for nothing now: another way begins.
  void forget() { *this = DelayWatch(); }

  // A frame's way there and its word's way back, at best lately; 0: not known yet.
  std::int64_t least_us() const {
    const std::int64_t least_us = std::min(least_now_us_, least_before_us_);
    return least_us == kNone ? 0 : least_us;
  }
  // By how much the frames since the last call were later than that, on average.
  std::int64_t take_late_us() {
    const std::int64_t late_us = count_ == 0 ? 0 : sum_us_ / count_ - least_us();
    sum_us_ = count_ = 0;
    return late_us;
  }

 private:
  static constexpr std::size_t kFramesMax = 128;
  static constexpr std::int64_t kWindowUs = 10'000'000;
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

  std::deque<std::pair<std::uint64_t, std::int64_t>> on_the_way_;
  std::int64_t window_us_ = 0;
  std::int64_t least_now_us_ = kNone;
  std::int64_t least_before_us_ = kNone;
  std::int64_t sum_us_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace rookery::media
