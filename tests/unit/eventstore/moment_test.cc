#include "eventstore/moment.h"

#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

constexpr std::int64_t kBegin = 1'700'000'000'000'000;

// Streams 1 and 2 take turns: 1 has the odd positions, 2 the even ones; one second apart.
template <class On>
struct TwoStreams {
  TwoStreams() {
    for (std::uint32_t i = 0; i < 40; ++i) {
      Append append = make_append(stream_id(1 + i % 2), kAnyVersion, {"x"});
      append.provenance.wall_time_us = kBegin + i * 1'000'000;
      must_append(*on.log, std::move(append));
    }
  }
  std::uint64_t version(const Moment& moment) const {
    const auto found = version_at(*on.log, stream_id(1), moment);
    return std::holds_alternative<std::uint64_t>(found) ? std::get<std::uint64_t>(found) : 0;
  }
  On on;
};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(a_moment_is_found_by_each_measure, On, BothLogs) {
  TwoStreams<On> two;
  BOOST_TEST(two.version({}) == 20u);
  BOOST_TEST(two.version({Moment::By::kVersion, 0, 7}) == 7u);
  BOOST_TEST(two.version({Moment::By::kVersion, 0, 21}) == 0u);
  for (std::uint64_t position = 1; position <= 40; ++position) {
    BOOST_TEST(two.version({Moment::By::kPosition, 0, position}) == (position + 1) / 2);
    BOOST_TEST(*first_version_from(*two.on.log, stream_id(1), position) == position / 2 + 1);
  }
  BOOST_TEST(two.version({Moment::By::kPosition, 0, 41}) == 0u);
  BOOST_TEST(*first_version_from(*two.on.log, stream_id(1), 1000) == 21u);
  BOOST_TEST(*first_version_from(*two.on.log, stream_id(3), 1) == 1u);
  BOOST_TEST(two.version({Moment::By::kTime, kBegin - 1, 0}) == 0u);
  BOOST_TEST(two.version({Moment::By::kTime, kBegin, 0}) == 1u);
  BOOST_TEST(two.version({Moment::By::kTime, kBegin + 2'000'000, 0}) == 2u);
  BOOST_TEST(two.version({Moment::By::kTime, kBegin + 1'999'999, 0}) == 1u);
  BOOST_TEST(two.version({Moment::By::kTime, kBegin * 2, 0}) == 20u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_was_not_there_says_when_it_came, On, BothLogs) {
  TwoStreams<On> two;
  const auto early = version_at(*two.on.log, stream_id(2), {Moment::By::kPosition, 0, 1});
  BOOST_REQUIRE(std::holds_alternative<NoSuchMoment>(early));
  BOOST_TEST(std::get<NoSuchMoment>(early).message.find("position 2") != std::string::npos);
  const auto never = version_at(*two.on.log, stream_id(9), {});
  BOOST_TEST(std::holds_alternative<NoSuchMoment>(never));
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_back_ends_no_moment_early) {
  InMemory on;
  for (const std::int64_t second : {10, 20, 5, 30}) {
    Append append = make_append(stream_id(1), kAnyVersion, {"x"});
    append.provenance.wall_time_us = kBegin + second * 1'000'000;
    must_append(*on.log, std::move(append));
  }
  const auto at = [&](std::int64_t second) {
    const auto found =
        version_at(*on.log, stream_id(1), {Moment::By::kTime, kBegin + second * 1'000'000, 0});
    return std::holds_alternative<std::uint64_t>(found) ? std::get<std::uint64_t>(found) : 0;
  };
  BOOST_TEST(at(5) == 0u);  // the first event carries a later time
  BOOST_TEST(at(10) == 1u);
  BOOST_TEST(at(25) == 3u);
  BOOST_TEST(at(30) == 4u);
}
