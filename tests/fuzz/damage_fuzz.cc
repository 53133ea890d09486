// Rectangles of a hostile guest: none reaches a pixel outside of the frame.
#include "media/damage.h"
#include "schemas/bounded_decode.h"
#include "tests/fuzz/target.h"

using namespace rookery;
using namespace rookery::media;

namespace {

constexpr std::size_t kRectanglesMax = 64;
constexpr int kSidePxMax = 512;

// Is any pixel of this block, as far as it is in the frame, inside of the rectangle?
bool touches(const Rectangle& one, int column, int row, int width_px, int height_px) {
  const int left = column * kMacroblockPx;
  const int top = row * kMacroblockPx;
  const int right = std::min(left + kMacroblockPx, width_px);
  const int bottom = std::min(top + kMacroblockPx, height_px);
  return one.width > 0 && one.height > 0 && one.x < right && one.x + one.width > left &&
         one.y < bottom && one.y + one.height > top;
}

void check_boxes(const DamageMap& damage, int width_px, int height_px) {
  int blocks = 0;
  for (const Rectangle& box : damage.boxes()) {
    fuzz::require(box.width > 0 && box.height > 0, "a box is not empty");
    fuzz::require(box.x + box.width <= width_px && box.y + box.height <= height_px,
                  "a box is inside of the frame");
    fuzz::require(box.x % kMacroblockPx == 0 && box.y % kMacroblockPx == 0,
                  "a box begins where a block does");
    blocks += (box.width + kMacroblockPx - 1) / kMacroblockPx *
              ((box.height + kMacroblockPx - 1) / kMacroblockPx);
  }
  fuzz::require(blocks == damage.damaged_count(), "boxes cover what is damaged, once");
}

}  // namespace

// u16 width and height, then rectangles of four u16 each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  ByteReader in({bytes, size});
  const int width_px = in.u16() % kSidePxMax + 1;
  const int height_px = in.u16() % kSidePxMax + 1;
  DamageMap damage(width_px, height_px);
  std::vector<bool> expected(static_cast<std::size_t>(damage.block_count()));
  for (std::size_t i = 0; i < kRectanglesMax && in.remaining() >= 8; ++i) {
    const Rectangle one{in.u16(), in.u16(), in.u16(), in.u16()};
    damage.add(one);
    for (int block = 0; block < damage.block_count(); ++block) {
      if (touches(one, block % damage.columns(), block / damage.columns(), width_px, height_px)) {
        expected[static_cast<std::size_t>(block)] = true;
      }
    }
  }
  for (int block = 0; block < damage.block_count(); ++block) {
    fuzz::require(damage.damaged(block) == expected[static_cast<std::size_t>(block)],
                  "a block is damaged if a rectangle touches it");
  }
  check_boxes(damage, width_px, height_px);
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  ByteWriter inside, outside;
  inside.u16(351).u16(339).u16(0).u16(0).u16(16).u16(16).u16(15).u16(100).u16(18).u16(1);
  inside.u16(340).u16(330).u16(12).u16(10);
  outside.u16(99).u16(49).u16(90).u16(40).u16(0xffff).u16(0xffff).u16(100).u16(50).u16(1).u16(1);
  outside.u16(0xffff).u16(0xffff).u16(0xffff).u16(0xffff).u16(3).u16(3).u16(0).u16(5);
  return {{"inside", inside.release()}, {"outside", outside.release()}};
}
