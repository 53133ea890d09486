#include "media/damage.h"

#include <boost/test/unit_test.hpp>
#include <random>

namespace rookery::media {
namespace {

BOOST_AUTO_TEST_SUITE(damage)

BOOST_AUTO_TEST_CASE(a_pixel_damages_its_block) {
  DamageMap map(100, 50);
  BOOST_TEST(map.columns() == 7);
  BOOST_TEST(map.rows() == 4);
  BOOST_TEST(map.empty());
  map.add({16, 31, 1, 1});
  BOOST_TEST(map.damaged_count() == 1);
  BOOST_TEST(map.damaged(7 + 1));
}

BOOST_AUTO_TEST_CASE(a_rectangle_over_a_block_border_damages_both_sides) {
  DamageMap map(64, 64);
  map.add({15, 15, 2, 2});
  BOOST_TEST(map.damaged_count() == 4);
}

BOOST_AUTO_TEST_CASE(what_is_outside_is_ignored) {
  DamageMap map(64, 64);
  map.add({64, 0, 10, 10});
  map.add({0, 0, 0, 10});
  map.add({65535, 65535, 65535, 65535});
  BOOST_TEST(map.empty());
  map.add({60, 60, 65535, 65535});
  BOOST_TEST(map.damaged_count() == 1);
}

BOOST_AUTO_TEST_CASE(skipped_frames_add_up) {
  DamageMap first(64, 64);
  DamageMap second(64, 64);
  first.add({0, 0, 16, 16});
  second.add({32, 32, 16, 16});
  second.merge(first);
  BOOST_TEST(second.damaged_count() == 2);
  second.clear();
  BOOST_TEST(second.empty());
}

BOOST_AUTO_TEST_CASE(boxes_cover_exactly_the_damaged_blocks) {
  std::mt19937 chance(7);
  for (int round = 0; round < 300; ++round) {
    DamageMap map(150, 130);
    for (int i = 0; i < static_cast<int>(chance() % 12); ++i) {
      map.add({static_cast<std::uint16_t>(chance() % 150), static_cast<std::uint16_t>(chance() % 130),
               static_cast<std::uint16_t>(chance() % 60), static_cast<std::uint16_t>(chance() % 60)});
    }
    std::vector<int> covered(150 * 130, 0);
    for (const Rectangle& box : map.boxes()) {
      BOOST_REQUIRE_MESSAGE(box.x % 16 == 0 && box.y % 16 == 0, "boxes begin on blocks");
      BOOST_REQUIRE_MESSAGE(box.x + box.width <= 150 && box.y + box.height <= 130, "inside");
      for (int y = box.y; y < box.y + box.height; ++y) {
        for (int x = box.x; x < box.x + box.width; ++x) ++covered[y * 150 + x];
      }
    }
    int wrong = 0;
    for (int y = 0; y < 130; ++y) {
      for (int x = 0; x < 150; ++x) {
        const int wanted = map.damaged(y / 16 * map.columns() + x / 16) ? 1 : 0;
        wrong += covered[y * 150 + x] != wanted;
      }
    }
    BOOST_TEST(wrong == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_tall_rectangle_is_one_box) {
  DamageMap map(720, 1280);
  map.add({100, 100, 200, 700});
  BOOST_TEST(map.boxes().size() == 1u);
  map.add_all();
  BOOST_REQUIRE(map.boxes().size() == 1u);
  BOOST_TEST((map.boxes()[0] == Rectangle{0, 0, 720, 1280}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
