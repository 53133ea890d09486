// A point in history: a wall time, a place in the log, or a place in one stream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "eventstore/moment.h"
#include "schemas/result.h"

namespace rookery::tool {

// "version:7", "position:123", "time:…" or a time as parse_time_end() takes it.
Result<Moment> parse_moment(std::string_view text, std::int64_t now_us);

// Digits only.
Result<std::uint64_t> parse_number(std::string_view text);

// "?at_version=7"
std::string moment_query(const Moment& moment);

}  // namespace rookery::tool
