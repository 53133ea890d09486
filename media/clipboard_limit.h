// Each copy and each paste leaves an event: no more of them than hands make.
#pragma once

#include <cstdint>

namespace rookery::media {

class ClipboardLimit {
 public:
  static constexpr std::uint32_t kPassesMax = 60;  // in a span
  static constexpr std::int64_t kSpanUs = 60'000'000;

  // Any steady clock. False: not now.
  bool take(std::int64_t now_us) {
    if (now_us >= began_us_ + kSpanUs) {
      began_us_ = now_us;
      passes_ = 0;
    }
    if (passes_ >= kPassesMax) return false;
    ++passes_;
    return true;
  }

 private:
  std::int64_t began_us_ = 0;
  std::uint32_t passes_ = 0;
};

}  // namespace rookery::media
