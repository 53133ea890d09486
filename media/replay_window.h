// Which counters were seen: RFC 6479's sliding bitmap. Feed it only counters of packets whose tag
// was verified. The zero value is ready to use.
#pragma once

#include <array>
#include <cstdint>

namespace rookery::media {

class ReplayWindow {
 public:
  // False: seen before, or too old to know.
  bool accept(std::uint64_t counter) {
    if (counter >= kCounterMax) return false;
    const std::uint64_t word = counter / kWordBits;
    const std::uint64_t newest_word = newest_ / kWordBits;
    if (counter > newest_ || !any_) {
      // Words between the old and the new newest are cleared: nothing in them was seen yet.
      std::uint64_t steps = any_ ? word - newest_word : kWords;
      if (steps > kWords) steps = kWords;
      for (std::uint64_t i = 1; i <= steps; ++i) bits_[(newest_word + i) % kWords] = 0;
      newest_ = counter;
      any_ = true;
    } else if (newest_ - counter >= kWindow) {
      return false;
    }
    const std::uint64_t mask = std::uint64_t{1} << (counter % kWordBits);
    std::uint64_t& bits = bits_[word % kWords];
    if (bits & mask) return false;
    bits |= mask;
    return true;
  }
  // Highest accepted; 0 before the first.
  std::uint64_t newest() const { return newest_; }

 private:
  static constexpr std::uint64_t kWordBits = 64;
  static constexpr std::uint64_t kWords = 128;
  // One word is always being refilled and so tells nothing.
  static constexpr std::uint64_t kWindow = (kWords - 1) * kWordBits;
  static constexpr std::uint64_t kCounterMax = ~std::uint64_t{0} - kWindow;

  std::array<std::uint64_t, kWords> bits_{};
  std::uint64_t newest_ = 0;
  bool any_ = false;
};

}  // namespace rookery::media
