// How late frames are. On a way that loses nothing a queue shows only as delay: what a frame takes
// beyond the least round trip of a Ping, in which there is no decoder and no frame.
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
  // So late, and the bitrate is more than the way carries: a frame's own length and a decoder take
  // less.
  static constexpr std::int64_t kLateUs = 100'000;

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
    sum_us_ += std::max<std::int64_t>(now_us - sent_us - held_us, 1);
    ++count_;
  }
  void saw_round_trip(std::int64_t round_trip_us, std::int64_t now_us) {
    if (now_us >= window_us_ + kWindowUs) {
      least_before_us_ = std::exchange(least_now_us_, kNone);
      window_us_ = now_us;
    }
    least_now_us_ = std::min(least_now_us_, std::max<std::int64_t>(round_trip_us, 1));
  }
  // Nobody waits for what is on the way.
  void give_up() { on_the_way_.clear(); }
  // Another way begins.
  void forget() { *this = DelayWatch(); }

  // A Ping's round trip at best lately; 0: not known yet.
  std::int64_t least_us() const {
    const std::int64_t least_us = std::min(least_now_us_, least_before_us_);
    return least_us == kNone ? 0 : least_us;
  }
  // What the frames since the last call took beyond `round_trip_us`, on average. One that is still
  // on the way takes at least its age.
  std::int64_t take_late_us(std::int64_t round_trip_us, std::int64_t now_us) {
    std::int64_t took_us = count_ == 0 ? 0 : sum_us_ / count_;
    if (!on_the_way_.empty()) took_us = std::max(took_us, now_us - on_the_way_.front().second);
    sum_us_ = count_ = 0;
    return std::max<std::int64_t>(took_us - round_trip_us, 0);
  }

 private:
  static constexpr std::size_t kFramesMax = 128;
  static constexpr std::int64_t kWindowUs = 60'000'000;
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

  std::deque<std::pair<std::uint64_t, std::int64_t>> on_the_way_;
  std::int64_t window_us_ = 0;
  std::int64_t least_now_us_ = kNone;
  std::int64_t least_before_us_ = kNone;
  std::int64_t sum_us_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace rookery::media
