// How long the other viewers of a phone wait for one that is not ready for the next frame.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rookery::media {

// A hiccup is waited out, for a frame that is left out costs everybody a key frame. But one who is
// not ready over and over costs the others no more than a tenth of their frames.
// Times are CLOCK_MONOTONIC, microseconds.
class Patience {
 public:
  static constexpr std::int64_t kUsMax = 100'000;
  static constexpr std::int64_t kEarnedBackPart = 10;  // of the time in which it was ready

  explicit Patience(std::int64_t now_us) : noted_us_(now_us) {}

  void note(bool ready, std::int64_t now_us) {
    const std::int64_t passed_us = std::max<std::int64_t>(0, now_us - noted_us_);
    left_us_ += ready_ ? passed_us / kEarnedBackPart : -passed_us;
    left_us_ = std::clamp<std::int64_t>(left_us_, 0, kUsMax);
    // What is too short to earn anything is not forgotten.
    if (!ready_ || ready != ready_ || passed_us >= kEarnedBackPart) noted_us_ = now_us;
    ready_ = ready;
  }
  // If it stays as it is; in the past: nobody waits.
  std::int64_t ends_us() const { return noted_us_ + left_us_; }

 private:
  std::int64_t noted_us_;
  std::int64_t left_us_ = kUsMax;
  bool ready_ = true;
};

}  // namespace rookery::media
