// When a frame was drawn, drawn into the frame: black and white cells that survive lossy coding.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace rookery::bench {

enum class Workload : std::uint8_t {
  kIdle = 0,
  kTyping = 1,
  kHalfScreen = 2,
  kScroll = 3,
  kVideo = 4,  // the whole screen, 30 frames a second
};
inline constexpr int kWorkloads = 5;

struct FrameCode {
  std::int64_t drawn_us = 0;  // CLOCK_MONOTONIC
  std::uint16_t number = 0;   // of the frame; begins again after 65535
  Workload workload = Workload::kIdle;
};

// 72 cells in two rows at the screen's top left corner: one row of macroblocks.
// Bits from the first cell: time 40, number 16, workload 8, check 8.
inline constexpr int kCellPx = 8;
inline constexpr int kCellColumns = 36;
inline constexpr int kCellRows = 2;
inline constexpr int kCells = kCellColumns * kCellRows;
inline constexpr int kCheckBits = 8;
inline constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << 40) - 1;

using Cells = std::array<bool, kCells>;

inline std::uint8_t check_of(std::uint64_t word) {
  return static_cast<std::uint8_t>((word * 0x9e3779b97f4a7c15U) >> 56);  // Knuth's golden ratio
}

inline Cells cells_of(const FrameCode& code) {
  const std::uint64_t word = (static_cast<std::uint64_t>(code.drawn_us) & kTimeMask) << 24 |
                             std::uint64_t{code.number} << 8 |
                             static_cast<std::uint64_t>(code.workload);
  const std::uint8_t check = check_of(word);
  Cells cells{};
  for (int i = 0; i < kCells; ++i) {
    cells[i] = i < kCells - kCheckBits ? (word >> (kCells - kCheckBits - 1 - i) & 1) != 0
                                       : (check >> (kCells - 1 - i) & 1) != 0;
  }
  return cells;
}

// Nothing when a cell is neither black nor white or the check does not fit. `now_us` completes the
// time, of which 40 bits were drawn.
inline std::optional<FrameCode> code_of(const std::uint8_t* luma, int stride_bytes,
                                        std::int64_t now_us) {
  constexpr int kMiddle = 128;
  constexpr int kGreyMax = 40;  // so far from the middle a cell is still black or white
  std::uint64_t word = 0;
  std::uint8_t check = 0;
  for (int i = 0; i < kCells; ++i) {
    const std::uint8_t* cell =
        luma + i / kCellColumns * kCellPx * stride_bytes + i % kCellColumns * kCellPx;
    int sum = 0;  // of the 4x4 pixels amidst
    for (int at = 0; at < 16; ++at) sum += cell[(2 + at / 4) * stride_bytes + 2 + at % 4];
    const int mean = sum / 16;
    if (std::abs(mean - kMiddle) < kGreyMax) return std::nullopt;
    const std::uint64_t bit = mean > kMiddle ? 1 : 0;
    if (i < kCells - kCheckBits) {
      word = word << 1 | bit;
    } else {
      check = static_cast<std::uint8_t>(check << 1 | bit);
    }
  }
  if (check != check_of(word) || (word & 0xff) >= kWorkloads) return std::nullopt;
  const auto now = static_cast<std::uint64_t>(now_us);
  FrameCode code;
  code.drawn_us = static_cast<std::int64_t>(now - ((now - (word >> 24)) & kTimeMask));
  code.number = static_cast<std::uint16_t>(word >> 8);
  code.workload = static_cast<Workload>(word & 0xff);
  return code;
}

}  // namespace rookery::bench
