// Where the server is, and how texts travel in its addresses.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schemas/result.h"

namespace rookery::tool {

inline constexpr const char* kDefaultServer = "http://127.0.0.1:8080";

struct ServerAddress {
  std::string host;
  std::string port;
  bool secure = false;    // https
  std::string ca_file{};  // certificates to trust beside the machine's; empty: none

  std::string text() const;
};

// "http://HOST[:PORT]", or https; IPv6 hosts in brackets.
Result<ServerAddress> parse_server_address(std::string_view url);

// Everything but letters, digits and -._~ as %XX (RFC 3986).
std::string percent_encode(std::string_view text);

// "?a=1&b=2" of the pairs whose value is not empty.
std::string query_text(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace rookery::tool
