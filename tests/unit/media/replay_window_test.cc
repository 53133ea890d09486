#include "media/replay_window.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

namespace rookery::media {
namespace {

constexpr std::uint64_t kWindow = 127 * 64;  // 128 words, one of them being refilled

BOOST_AUTO_TEST_SUITE(replay_window)

BOOST_AUTO_TEST_CASE(each_counter_is_accepted_once) {
  ReplayWindow window;
  for (const std::uint64_t counter : {0, 1, 5, 3, 64, 63, 8000, 2}) {
    BOOST_TEST(window.accept(counter), "first " << counter);
    BOOST_TEST(!window.accept(counter), "second " << counter);
  }
  BOOST_TEST(window.newest() == 8000u);
}

BOOST_AUTO_TEST_CASE(what_is_older_than_the_window_is_refused) {
  ReplayWindow window;
  BOOST_TEST(window.accept(100'000));
  BOOST_TEST(window.accept(100'000 - kWindow + 1));
  BOOST_TEST(!window.accept(100'000 - kWindow));
  BOOST_TEST(!window.accept(0));
}

BOOST_AUTO_TEST_CASE(a_leap_forgets_all_that_was_seen) {
  ReplayWindow window;
  for (std::uint64_t counter = 0; counter < 2 * kWindow; ++counter) window.accept(counter);
  const std::uint64_t far = std::uint64_t{1} << 40;
  BOOST_TEST(window.accept(far));
  for (std::uint64_t counter = far - kWindow + 1; counter < far; ++counter) {
    BOOST_REQUIRE(window.accept(counter));
  }
  BOOST_TEST(!window.accept(far));
}

BOOST_AUTO_TEST_CASE(counters_at_the_end_of_all_numbers_are_refused) {
  ReplayWindow window;
  BOOST_TEST(!window.accept(~std::uint64_t{0}));
  BOOST_TEST(!window.accept(~std::uint64_t{0} - kWindow));
  BOOST_TEST(window.accept(0));
}

// The model remembers everything.
BOOST_AUTO_TEST_CASE(agrees_with_a_set_of_all_counters) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937_64 chance(seed);
    ReplayWindow window;
    std::set<std::uint64_t> seen;
    std::uint64_t front = chance() % 1'000;
    for (int step = 0; step < 20'000; ++step) {
      front += chance() % 100 == 0 ? chance() % (3 * kWindow) : chance() % 3;
      const std::uint64_t back = chance() % (kWindow + kWindow / 4);
      const std::uint64_t counter = front > back ? front - back : 0;
      const bool too_old = !seen.empty() && counter + kWindow <= *seen.rbegin();
      const bool expected = !too_old && !seen.contains(counter);
      BOOST_REQUIRE_MESSAGE(window.accept(counter) == expected,
                            "seed " << seed << " step " << step << " counter " << counter);
      if (expected) seen.insert(counter);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
