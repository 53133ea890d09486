#include "tools/rookery/time_text.h"

#include <boost/test/unit_test.hpp>

#include "tools/rookery/moment.h"
#include "tools/rookery/view/latency.h"

using namespace rookery::tool;

namespace {
constexpr std::int64_t kNow = 1'795'183'380'123'456;  // 2026-11-20T14:03:00.123456Z
constexpr std::int64_t kMinute = 60'000'000;
}  // namespace

BOOST_AUTO_TEST_CASE(times_are_iso_8601_in_utc) {
  BOOST_TEST(format_time(kNow) == "2026-11-20T14:03:00.123Z");
  BOOST_TEST(format_time(0) == "1970-01-01T00:00:00.000Z");
  BOOST_TEST(format_time(-1) == "1969-12-31T23:59:59.999Z");
}

BOOST_AUTO_TEST_CASE(a_time_is_read_in_every_usual_form) {
  const std::int64_t whole = kNow - 123'456;
  BOOST_TEST(parse_time("2026-11-20T14:03:00Z", 0).value() == whole);
  BOOST_TEST(parse_time("2026-11-20T14:03Z", 0).value() == whole);
  BOOST_TEST(parse_time("2026-11-20 14:03:00", 0).value() == whole);
  BOOST_TEST(parse_time("2026-11-20T14:03:00.123456Z", 0).value() == kNow);
  BOOST_TEST(parse_time("2026-11-20T16:03:00+02:00", 0).value() == whole);
  BOOST_TEST(parse_time("2026-11-20T09:33:00-0430", 0).value() == whole);
  BOOST_TEST(parse_time("2026-11-20", 0).value() == whole - (14 * 60 + 3) * kMinute);
  BOOST_TEST(parse_time("2024-02-29", 0).ok());
}

BOOST_AUTO_TEST_CASE(a_span_counts_back_from_now) {
  BOOST_TEST(parse_time("90s", kNow).value() == kNow - 90'000'000);
  BOOST_TEST(parse_time("10m", kNow).value() == kNow - 10 * kMinute);
  BOOST_TEST(parse_time("2h", kNow).value() == kNow - 120 * kMinute);
  BOOST_TEST(parse_time("3d", kNow).value() == kNow - 3 * 24 * 60 * kMinute);
}

BOOST_AUTO_TEST_CASE(other_texts_are_no_times) {
  for (const char* text : {"", "now", "m", "-5m", "5w", "1.5h", "2026", "2026-13-01", "2026-02-30",
                           "2025-02-29", "2026-11-20T", "2026-11-20T24:00Z", "2026-11-20T14:60Z",
                           "2026-11-20T14:03:00.Z", "2026-11-20T14:03:00.1234567Z",
                           "2026-11-20T14:03:00Zx", "2026-11-20T14:03:00+2", "2026-11-20x14:03"}) {
    BOOST_TEST(!parse_time(text, kNow).ok(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_printed_time_covers_what_happened_at_it) {
  BOOST_TEST(parse_time_end(format_time(kNow), 0).value() == kNow + 543);
  BOOST_TEST(parse_time_end("2026-11-20T14:03:00.1Z", 0).value() == kNow - 123'456 + 199'999);
  BOOST_TEST(parse_time_end("2026-11-20T14:03:00.123456Z", 0).value() == kNow);
  BOOST_TEST(parse_time_end("2026-11-20T14:03:00Z", 0).value() == kNow - 123'456);
  BOOST_TEST(parse_time_end("10m", kNow).value() == kNow - 10 * kMinute);
  BOOST_TEST(!parse_time_end("1.5", kNow).ok());
}

BOOST_AUTO_TEST_CASE(a_moment_is_a_time_a_version_or_a_position) {
  BOOST_TEST(moment_query(parse_moment("version:7", kNow).value()) == "?at_version=7");
  BOOST_TEST(moment_query(parse_moment("position:123", kNow).value()) == "?at_position=123");
  BOOST_TEST(moment_query(parse_moment("time:10m", kNow).value()) ==
             "?at_time_us=" + std::to_string(kNow - 10 * kMinute));
  BOOST_TEST(moment_query(parse_moment("2026-11-20T14:03:00.123456Z", 0).value()) ==
             "?at_time_us=" + std::to_string(kNow));
  for (const char* text : {"7", "version:", "version:-1", "version:x", "position:1x", "later"}) {
    BOOST_TEST(!parse_moment(text, kNow).ok(), text);
  }
}

BOOST_AUTO_TEST_CASE(percentiles_take_the_nearest_rank) {
  LatencySamples samples;
  BOOST_TEST(!samples.percentile_ms(0.5).has_value());
  for (int ms = 100; ms >= 1; --ms) samples.add(ms * 1000);
  BOOST_TEST(samples.percentile_ms(0.50).value() == 50.0);
  BOOST_TEST(samples.percentile_ms(0.95).value() == 95.0);
  BOOST_TEST(samples.percentile_ms(0.99).value() == 99.0);
  BOOST_TEST(samples.percentile_ms(0.0).value() == 1.0);
  for (std::size_t i = 0; i < LatencySamples::kSamplesMax; ++i) samples.add(7000);
  BOOST_TEST(samples.size() == LatencySamples::kSamplesMax);
  BOOST_TEST(samples.percentile_ms(1.0).value() == 7.0);
}
