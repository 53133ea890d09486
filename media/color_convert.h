// F3: BGRX to I420, only where something changed.
#pragma once

#include <cstdint>
#include <vector>

#include "media/damage.h"
#include "media/frame_source.h"

namespace rookery::media {

// A picture that is kept between frames; BT.601 limited range. Planes are padded to whole
// macroblocks.
class I420Frame {
 public:
  I420Frame() = default;
  I420Frame(int width_px, int height_px);

  int width_px() const { return width_px_; }
  int height_px() const { return height_px_; }
  int luma_stride() const { return luma_stride_; }
  int chroma_stride() const { return luma_stride_ / 2; }
  std::uint8_t* luma() { return bytes_.data(); }
  std::uint8_t* blue() { return luma() + luma_stride_ * padded_height_; }
  std::uint8_t* red() { return blue() + chroma_stride() * padded_height_ / 2; }
  const std::uint8_t* luma() const { return bytes_.data(); }
  const std::uint8_t* blue() const { return luma() + luma_stride_ * padded_height_; }
  const std::uint8_t* red() const { return blue() + chroma_stride() * padded_height_ / 2; }

 private:
  int width_px_ = 0;
  int height_px_ = 0;
  int luma_stride_ = 0;
  int padded_height_ = 0;
  std::vector<std::uint8_t> bytes_;
};

// Converts the damaged blocks of `source` into `target`, which has the same size.
void convert_damaged(const FrameView& source, const DamageMap& damage, I420Frame& target);

}  // namespace rookery::media
