// A point in history: a wall time, a place in the log, or a place in one stream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schemas/result.h"

namespace rookery::tool {

struct Moment {
  enum class By { kTime, kPosition, kVersion };
  By by = By::kTime;
  std::int64_t time_us = 0;  // with kTime: everything up to and including this microsecond
  std::uint64_t number = 0;  // with the others: up to and including this one
};

// "version:7", "position:123", "time:…" or a time as parse_time() takes it.
Result<Moment> parse_moment(std::string_view text, std::int64_t now_us);

// Digits only.
Result<std::uint64_t> parse_number(std::string_view text);

// "?at_version=7"
std::string moment_query(const Moment& moment);

}  // namespace rookery::tool
