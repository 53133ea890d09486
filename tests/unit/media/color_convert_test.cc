#include "media/color_convert.h"

#include <boost/test/unit_test.hpp>
#include <cstring>

#include "tests/unit/media/test_screen.h"

namespace rookery::media {
namespace {

bool same_pixels(const I420Frame& a, const I420Frame& b) {
  for (int y = 0; y < a.height_px(); ++y) {
    const auto width = static_cast<std::size_t>(a.width_px());
    if (std::memcmp(a.luma() + y * a.luma_stride(), b.luma() + y * b.luma_stride(), width) != 0) {
      return false;
    }
  }
  for (int y = 0; y < (a.height_px() + 1) / 2; ++y) {
    const auto width = static_cast<std::size_t>((a.width_px() + 1) / 2);
    const int at = y * a.chroma_stride();
    if (std::memcmp(a.blue() + at, b.blue() + at, width) != 0) return false;
    if (std::memcmp(a.red() + at, b.red() + at, width) != 0) return false;
  }
  return true;
}

BOOST_AUTO_TEST_SUITE(color_convert)

BOOST_AUTO_TEST_CASE(regions_add_up_to_the_whole) {
  for (const auto& [width, height] : {std::pair{720, 1280}, {321, 203}, {17, 15}}) {
    TestScreen screen(width, height, 3);
    I420Frame kept = converted(screen.view(0));
    for (int round = 0; round < 20; ++round) {
      const auto x = static_cast<std::uint16_t>(round * 37 % width);
      const auto y = static_cast<std::uint16_t>(round * 53 % height);
      screen.fill({x, y, static_cast<std::uint16_t>(std::min(61, width - x)),
                   static_cast<std::uint16_t>(std::min(43, height - y))},
                  0x102030u * static_cast<std::uint32_t>(round + 1));
      const FrameView view = screen.view(0);
      DamageMap damage(width, height);
      for (const Rectangle& rectangle : view.damage) damage.add(rectangle);
      convert_damaged(view, damage, kept);
      BOOST_TEST(same_pixels(kept, converted(view)));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_damaged_is_not_touched) {
  TestScreen screen(64, 64, 3);
  I420Frame kept = converted(screen.view(0));
  const I420Frame before = kept;
  screen.fill({0, 0, 64, 64}, 0x00ff00);
  DamageMap damage(64, 64);
  damage.add({32, 32, 1, 1});
  convert_damaged(screen.view(0), damage, kept);
  BOOST_TEST(kept.luma()[0] == before.luma()[0]);
  BOOST_TEST(kept.luma()[31 * 64 + 31] == before.luma()[31 * 64 + 31]);
  BOOST_TEST(kept.luma()[32 * 64 + 32] != before.luma()[32 * 64 + 32]);
}

BOOST_AUTO_TEST_CASE(colours_are_bt601_limited) {
  TestScreen screen(16, 16, 3);
  screen.fill({0, 0, 16, 16}, 0xff0000);  // red: Y 82, Cb 90, Cr 240
  const I420Frame red = converted(screen.view(0));
  BOOST_TEST(std::abs(red.luma()[0] - 82) <= 1);
  BOOST_TEST(std::abs(red.blue()[0] - 90) <= 1);
  BOOST_TEST(std::abs(red.red()[0] - 240) <= 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
