#include "tools/rookery/moment.h"

#include <charconv>

#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {

Result<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) {
    return Error{"'" + escape_text(text) + "' is no number: write digits only"};
  }
  return value;
}

Result<Moment> parse_moment(std::string_view text, std::int64_t now_us) {
  const auto after = [&](std::string_view word) -> std::string_view {
    return text.substr(0, word.size()) == word ? text.substr(word.size()) : std::string_view();
  };
  for (const auto by : {Moment::By::kVersion, Moment::By::kPosition}) {
    const auto digits = after(by == Moment::By::kVersion ? "version:" : "position:");
    if (digits.empty()) continue;
    const auto number = parse_number(digits);
    if (!number) return number.error();
    return Moment{by, 0, *number};
  }
  if (parse_number(text).ok()) {
    const std::string number(text);
    return Error{"'" + number + "' could be either: write version:" + number +
                 " or position:" + number};
  }
  const auto spelled = after("time:");
  const auto time = parse_time_end(spelled.empty() ? text : spelled, now_us);
  if (!time) return Error{time.error().message + ", version:N or position:N"};
  return Moment{Moment::By::kTime, *time, 0};
}

std::string moment_query(const Moment& moment) {
  switch (moment.by) {
    case Moment::By::kVersion:
      return "?at_version=" + std::to_string(moment.number);
    case Moment::By::kPosition:
      return "?at_position=" + std::to_string(moment.number);
    case Moment::By::kTime:
      return "?at_time_us=" + std::to_string(moment.time_us);
    case Moment::By::kEnd:
      break;
  }
  return {};
}

}  // namespace rookery::tool
