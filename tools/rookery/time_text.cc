#include "tools/rookery/time_text.h"

#include <time.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>

namespace rookery::tool {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_time;

// Takes what a time text is made of, from its front.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  std::optional<int> digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) return std::nullopt;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  std::optional<int> digits_below(std::size_t count, int limit) {
    const auto value = digits(count);
    return value && *value < limit ? value : std::nullopt;
  }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<microseconds> read_fraction(TimeReader& reader) {
  microseconds fraction{0};
  microseconds unit{100'000};
  int count = 0;
  for (auto digit = reader.digits(1); digit; digit = reader.digits(1)) {
    fraction += *digit * unit;
    unit /= 10;
    if (++count > 6) return std::nullopt;
  }
  return count == 0 ? std::nullopt : std::optional(fraction);
}

std::optional<microseconds> read_time_of_day(TimeReader& reader) {
  const auto hour = reader.digits_below(2, 24);
  if (!hour || !reader.skip(':')) return std::nullopt;
  const auto minute = reader.digits_below(2, 60);
  if (!minute) return std::nullopt;
  microseconds time = hours(*hour) + minutes(*minute);
  if (reader.skip(':')) {
    const auto second = reader.digits_below(2, 61);
    if (!second) return std::nullopt;
    time += seconds(*second);
    if (reader.skip('.')) {
      const auto fraction = read_fraction(reader);
      if (!fraction) return std::nullopt;
      time += *fraction;
    }
  }
  return time;
}

std::optional<microseconds> read_offset(TimeReader& reader) {
  if (reader.done() || reader.skip('Z')) return microseconds{0};
  const bool west = reader.skip('-');
  if (!west && !reader.skip('+')) return std::nullopt;
  const auto hour = reader.digits_below(2, 24);
  reader.skip(':');
  const auto minute = reader.digits_below(2, 60);
  if (!hour || !minute) return std::nullopt;
  const microseconds offset = hours(*hour) + minutes(*minute);
  return west ? -offset : offset;
}

std::optional<std::int64_t> read_iso(std::string_view text) {
  TimeReader reader(text);
  const auto year = reader.digits(4);
  if (!year || !reader.skip('-')) return std::nullopt;
  const auto month = reader.digits(2);
  if (!month || !reader.skip('-')) return std::nullopt;
  const auto day = reader.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  sys_time<microseconds> time = std::chrono::sys_days(date);
  if (!reader.done()) {
    if (!reader.skip('T') && !reader.skip(' ')) return std::nullopt;
    const auto time_of_day = read_time_of_day(reader);
    if (!time_of_day) return std::nullopt;
    const auto offset = read_offset(reader);
    if (!offset || !reader.done()) return std::nullopt;
    time += *time_of_day - *offset;
  }
  return time.time_since_epoch().count();
}

std::int64_t clock_us(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

std::string format_time(std::int64_t time_us) {
  const sys_time<microseconds> time{microseconds(time_us)};
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{floor<std::chrono::milliseconds>(time - day)};
  char text[64];
  std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

std::optional<std::int64_t> parse_span(std::string_view text) {
  if (text.size() < 2 || text.size() > 8) return std::nullopt;
  std::int64_t count = 0;
  const char* end = text.data() + text.size() - 1;
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc{} || stop != end || count < 0) return std::nullopt;
  switch (text.back()) {
    case 's':
      return microseconds(seconds(count)).count();
    case 'm':
      return microseconds(minutes(count)).count();
    case 'h':
      return microseconds(hours(count)).count();
    case 'd':
      return microseconds(days(count)).count();
    default:
      return std::nullopt;
  }
}

Result<std::int64_t> parse_time(std::string_view text, std::int64_t now_us) {
  if (const auto span = parse_span(text)) return now_us - *span;
  if (const auto time = read_iso(text)) return *time;
  return Error{"'" + std::string(text) +
               "' is no time: write 2026-11-20T14:03:00Z, or a span before now such as 10m"};
}

Result<std::int64_t> parse_time_end(std::string_view text, std::int64_t now_us) {
  const auto time = parse_time(text, now_us);
  const auto point = text.find('.');
  if (!time || point == std::string_view::npos) return time;
  std::int64_t unit_us = 1'000'000;
  for (const char c : text.substr(point + 1)) {
    if (c < '0' || c > '9') break;
    unit_us /= 10;
  }
  return *time + unit_us - 1;
}

std::int64_t wall_clock_us() { return clock_us(CLOCK_REALTIME); }
std::int64_t monotonic_clock_us() { return clock_us(CLOCK_MONOTONIC); }

}  // namespace rookery::tool
