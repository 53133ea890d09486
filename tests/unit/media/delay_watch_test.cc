#include "media/delay_watch.h"

#include <boost/test/unit_test.hpp>

namespace rookery::media {
namespace {

constexpr std::int64_t kMs = 1'000;
constexpr std::int64_t kBegin = 1'000'000 * kMs;

BOOST_AUTO_TEST_SUITE(delay_watch)

BOOST_AUTO_TEST_CASE(a_frame_that_does_not_arrive_is_as_late_as_it_is_old) {
  DelayWatch watch;
  watch.sent(1, kBegin);
  BOOST_TEST(watch.take_late_us(20 * kMs, kBegin + 500 * kMs) == 480 * kMs);
  BOOST_TEST(watch.take_late_us(20 * kMs, kBegin + 1'000 * kMs) == 980 * kMs);
  watch.acknowledged(1, 0, kBegin + 1'100 * kMs);
  BOOST_TEST(watch.take_late_us(20 * kMs, kBegin + 1'500 * kMs) == 1'080 * kMs);
  BOOST_TEST(watch.take_late_us(20 * kMs, kBegin + 2'000 * kMs) == 0, "nothing is on the way");
}

BOOST_AUTO_TEST_CASE(what_nobody_waits_for_is_not_late) {
  DelayWatch watch;
  watch.sent(1, kBegin);
  watch.give_up();
  BOOST_TEST(watch.take_late_us(0, kBegin + 500 * kMs) == 0);
}

BOOST_AUTO_TEST_CASE(frames_that_are_all_slow_are_late) {
  DelayWatch watch;
  watch.saw_round_trip(10 * kMs, kBegin);
  std::int64_t now_us = kBegin;
  for (std::uint64_t frame = 1; frame <= 50; ++frame) {
    watch.sent(frame, now_us);
    now_us += 400 * kMs;
    watch.acknowledged(frame, 50 * kMs, now_us);
    // Its Pings wait in the same queue.
    watch.saw_round_trip(300 * kMs, now_us);
    BOOST_TEST(watch.take_late_us(watch.least_us(), now_us) == 340 * kMs);
  }
}

BOOST_AUTO_TEST_CASE(a_way_that_became_longer_is_known_after_a_while) {
  DelayWatch watch;
  watch.saw_round_trip(10 * kMs, kBegin);
  for (int second = 1; second <= 60; ++second) {
    watch.saw_round_trip(80 * kMs, kBegin + second * 1'000 * kMs);
  }
  BOOST_TEST(watch.least_us() == 10 * kMs);
  for (int second = 61; second <= 130; ++second) {
    watch.saw_round_trip(80 * kMs, kBegin + second * 1'000 * kMs);
  }
  BOOST_TEST(watch.least_us() == 80 * kMs);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
