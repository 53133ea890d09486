#include "tools/rookery/server_address.h"

#include <algorithm>
#include <cctype>

namespace rookery::tool {
namespace {

Error bad_address(std::string_view url) {
  return Error{"'" + std::string(url) +
               "' is no server address: write http://HOST:PORT or https://HOST:PORT, such as " +
               kDefaultServer};
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         std::stoul(std::string(text)) <= 65535;
}

}  // namespace

std::string ServerAddress::text() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  const std::string scheme = secure ? "https://" : "http://";
  return scheme + (ipv6 ? "[" + host + "]" : host) + ":" + port;
}

Result<ServerAddress> parse_server_address(std::string_view url) {
  constexpr std::string_view kPlain = "http://";
  constexpr std::string_view kSecure = "https://";
  ServerAddress address;
  address.secure = url.starts_with(kSecure);
  if (!address.secure && !url.starts_with(kPlain)) return bad_address(url);
  std::string_view rest = url.substr((address.secure ? kSecure : kPlain).size());
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  if (!rest.empty() && rest.front() == '[') {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return bad_address(url);
    address.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  } else {
    const auto end = std::min(rest.find(':'), rest.size());
    address.host = rest.substr(0, end);
    rest.remove_prefix(end);
  }
  if (rest.empty()) {
    address.port = address.secure ? "443" : "80";
  } else {
    if (rest.front() != ':' || !is_port(rest.substr(1))) return bad_address(url);
    address.port = rest.substr(1);
  }
  if (address.host.empty() || address.host.find_first_of("/?#@ ") != std::string::npos) {
    return bad_address(url);
  }
  return address;
}

std::string percent_encode(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

std::string query_text(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (value.empty()) continue;
    out += (out.empty() ? "?" : "&") + name + "=" + percent_encode(value);
  }
  return out;
}

}  // namespace rookery::tool
