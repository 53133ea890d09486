#include <boost/test/unit_test.hpp>

#include "guest-agent/agent/framebuffer_source.h"

namespace rookery::guest {
namespace {

BOOST_AUTO_TEST_SUITE(framebuffer_source)

BOOST_AUTO_TEST_CASE(bands_join_rows_that_touch_and_keep_others_apart) {
  BOOST_TEST(row_bands({}).empty());
  const auto bands = row_bands({{5, 100, 10, 10}, {50, 0, 4, 8}, {40, 105, 20, 20}, {0, 4, 2, 4}});
  BOOST_REQUIRE_EQUAL(bands.size(), 2U);
  BOOST_TEST((bands[0] == Rectangle{0, 0, 54, 8}));
  BOOST_TEST((bands[1] == Rectangle{5, 100, 55, 25}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
