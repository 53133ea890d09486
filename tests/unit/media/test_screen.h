// A synthetic phone screen for tests and benchmarks: sharp text-like strokes on flat colours.
#pragma once

#include <cstdint>
#include <vector>

#include "media/color_convert.h"
#include "media/frame_source.h"

namespace rookery::media {

class TestScreen {
 public:
  TestScreen(int width_px, int height_px, std::uint32_t seed);

  // Draws a block of fresh "text" there and says so as damage of the next view.
  void draw_text(const Rectangle& where);
  void fill(const Rectangle& where, std::uint32_t bgrx);
  void damage_all();

  // The pixels now; the damage since the view before.
  FrameView view(std::int64_t captured_us);

 private:
  std::uint32_t chance();

  int width_px_;
  int height_px_;
  std::uint32_t state_;
  std::uint64_t sequence_ = 0;
  std::vector<std::uint32_t> pixels_;
  std::vector<Rectangle> damage_;
};

// Whole-frame conversion, for comparison.
I420Frame converted(const FrameView& view);

// Over the luma of both, in decibels; 99 when equal.
double luma_psnr(const I420Frame& wanted, const std::uint8_t* luma, int stride_bytes);

}  // namespace rookery::media
