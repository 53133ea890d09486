#include "tests/unit/media/test_screen.h"

#include <cmath>

namespace rookery::media {

TestScreen::TestScreen(int width_px, int height_px, std::uint32_t seed)
    : width_px_(width_px),
      height_px_(height_px),
      state_(seed | 1),
      pixels_(static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px), 0xffffff) {
  const auto width = static_cast<std::uint16_t>(width_px);
  const auto bar = static_cast<std::uint16_t>(height_px / 12);
  fill({0, 0, width, bar}, 0x3050a0);
  draw_text({0, bar, width, static_cast<std::uint16_t>(height_px / 2)});
  damage_all();
}

std::uint32_t TestScreen::chance() {
  state_ ^= state_ << 13;  // xorshift32 (Marsaglia, 2003)
  state_ ^= state_ >> 17;
  state_ ^= state_ << 5;
  return state_;
}

void TestScreen::draw_text(const Rectangle& where) {
  fill(where, 0xf4f4f4);
  for (int y = where.y + 2; y + 9 < where.y + where.height; y += 14) {
    for (int x = where.x + 2; x + 6 < where.x + where.width; x += 8) {
      const std::uint32_t glyph = chance();
      for (int bit = 0; bit < 30; ++bit) {
        if ((glyph >> bit & 1u) == 0) continue;
        const int at = (y + bit / 5) * width_px_ + x + bit % 5;
        pixels_[static_cast<std::size_t>(at)] = 0x202020;
      }
    }
  }
}

void TestScreen::fill(const Rectangle& where, std::uint32_t bgrx) {
  for (int y = where.y; y < where.y + where.height; ++y) {
    for (int x = where.x; x < where.x + where.width; ++x) {
      pixels_[static_cast<std::size_t>(y * width_px_ + x)] = bgrx;
    }
  }
  damage_.push_back(where);
}

void TestScreen::damage_all() {
  damage_ = {{0, 0, static_cast<std::uint16_t>(width_px_), static_cast<std::uint16_t>(height_px_)}};
}

FrameView TestScreen::view(std::int64_t captured_us) {
  FrameView view;
  view.bgrx = reinterpret_cast<const std::uint8_t*>(pixels_.data());
  view.stride_bytes = static_cast<std::uint32_t>(width_px_) * 4;
  view.width_px = static_cast<std::uint16_t>(width_px_);
  view.height_px = static_cast<std::uint16_t>(height_px_);
  view.sequence = ++sequence_;
  view.captured_us = captured_us;
  view.damage = std::move(damage_);
  damage_.clear();
  return view;
}

I420Frame converted(const FrameView& view) {
  I420Frame frame(view.width_px, view.height_px);
  DamageMap all(view.width_px, view.height_px);
  all.add_all();
  convert_damaged(view, all, frame);
  return frame;
}

double luma_psnr(const I420Frame& wanted, const std::uint8_t* luma, int stride_bytes) {
  double squares = 0;
  for (int y = 0; y < wanted.height_px(); ++y) {
    for (int x = 0; x < wanted.width_px(); ++x) {
      const int difference = wanted.luma()[y * wanted.luma_stride() + x] - luma[y * stride_bytes + x];
      squares += difference * difference;
    }
  }
  if (squares == 0) return 99;
  const double mean = squares / (static_cast<double>(wanted.width_px()) * wanted.height_px());
  return 10 * std::log10(255.0 * 255.0 / mean);
}

}  // namespace rookery::media
