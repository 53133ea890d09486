#include "actors/gateway/client_address.h"

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <set>
#include <string_view>

namespace rookery {
namespace {

using boost::asio::ip::address;

// An IPv4 address in IPv6's clothes is the same.
std::optional<address> parse(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
  boost::system::error_code failure;
  address parsed = boost::asio::ip::make_address(std::string(text), failure);
  if (failure) return std::nullopt;
  if (parsed.is_v6() && parsed.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, parsed.to_v6());
  }
  return parsed;
}

}  // namespace

std::string client_address(const std::string& peer, const std::string& forwarded_for,
                           const std::vector<std::string>& trusted_proxies) {
  std::set<address> trusted;
  for (const std::string& proxy : trusted_proxies) {
    if (const auto parsed = parse(proxy)) trusted.insert(*parsed);
  }
  std::string client = peer;
  std::string_view rest = forwarded_for;
  for (auto at = parse(peer); at && trusted.contains(*at) && !rest.empty();) {
    const auto comma = rest.rfind(',');
    at = parse(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
    if (at) client = at->to_string();
  }
  return client;
}

}  // namespace rookery
