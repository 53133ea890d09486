#include "media/color_convert.h"

#include <libyuv/convert.h>

namespace rookery::media {
namespace {

int padded(int length_px) { return (length_px + kMacroblockPx - 1) / kMacroblockPx * kMacroblockPx; }

}  // namespace

I420Frame::I420Frame(int width_px, int height_px)
    : width_px_(width_px),
      height_px_(height_px),
      luma_stride_(padded(width_px)),
      padded_height_(padded(height_px)),
      bytes_(static_cast<std::size_t>(luma_stride_) * static_cast<std::size_t>(padded_height_) * 3 /
             2) {}

void convert_damaged(const FrameView& source, const DamageMap& damage, I420Frame& target) {
  for (const Rectangle& box : damage.boxes()) {
    // Boxes begin on even pixels, so no chroma sample is shared between two of them.
    const std::size_t luma_at =
        static_cast<std::size_t>(box.y) * static_cast<std::size_t>(target.luma_stride()) + box.x;
    const std::size_t chroma_at =
        static_cast<std::size_t>(box.y) / 2 * static_cast<std::size_t>(target.chroma_stride()) +
        box.x / 2;
    const std::uint8_t* pixels =
        source.bgrx + static_cast<std::size_t>(box.y) * source.stride_bytes + box.x * std::size_t{4};
    // libyuv names pixels by the order in a little-endian word: ARGB is B, G, R, X in memory.
    libyuv::ARGBToI420(pixels, static_cast<int>(source.stride_bytes), target.luma() + luma_at,
                       target.luma_stride(), target.blue() + chroma_at, target.chroma_stride(),
                       target.red() + chroma_at, target.chroma_stride(), box.width, box.height);
  }
}

}  // namespace rookery::media
