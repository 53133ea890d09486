// JSON as the API sends it: the order of fields is kept.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace rookery::tool {

using Json = nlohmann::ordered_json;

// One line of plain ASCII: whatever a text holds, it cannot play with a terminal.
inline std::string to_line(const Json& value) {
  return value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

// The field's text; empty when it is missing or something else.
inline std::string text_field(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The field's number; 0 when it is missing or something else.
inline std::uint64_t number_field(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace rookery::tool
