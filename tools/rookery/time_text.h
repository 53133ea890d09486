// Times as people write and read them; inside, microseconds since 1970-01-01 UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schemas/result.h"

namespace rookery::tool {

// "2026-11-20T14:03:00.123Z": ISO 8601, UTC, cut to milliseconds.
std::string format_time(std::int64_t time_us);

// ISO 8601: a date, or a date and a time with optional seconds, up to 6 decimals, and "Z" or an
// offset (without either: UTC). Or a span before `now_us`: "90s", "10m", "2h", "3d".
Result<std::int64_t> parse_time(std::string_view text, std::int64_t now_us);
// The last microsecond that the text can mean: decimals are read as cut, so a time copied from
// format_time() covers what happened at it. The other forms mean what parse_time() says.
Result<std::int64_t> parse_time_end(std::string_view text, std::int64_t now_us);

// "90s", "10m", "2h", "3d" as microseconds.
std::optional<std::int64_t> parse_span(std::string_view text);

std::int64_t wall_clock_us();
std::int64_t monotonic_clock_us();

}  // namespace rookery::tool
