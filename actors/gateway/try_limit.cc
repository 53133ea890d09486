#include "actors/gateway/try_limit.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace rookery {

std::string neighbourhood(const std::string& remote_address) {
  in6_addr address{};
  if (::inet_pton(AF_INET6, remote_address.c_str(), &address) != 1) return remote_address;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    std::array<char, INET_ADDRSTRLEN> text{};
    return ::inet_ntop(AF_INET, &address.s6_addr[12], text.data(), text.size());
  }
  return {reinterpret_cast<const char*>(address.s6_addr), 8};
}

bool TryLimit::take(const std::string& name, std::int64_t now_us) {
  auto found = spans_.find(name);
  if (found == spans_.end()) {
    if (spans_.size() >= kNamesMax) make_room(now_us);
    found = spans_.emplace(name, Span{now_us, 0}).first;
  }
  Span& span = found->second;
  if (now_us >= span.began_us + span_us_) span = {now_us, 0};
  if (span.tries >= tries_max_) return false;
  ++span.tries;
  return true;
}

void TryLimit::give_back(const std::string& name) {
  const auto found = spans_.find(name);
  if (found != spans_.end() && found->second.tries > 0) --found->second.tries;
}

void TryLimit::make_room(std::int64_t now_us) {
  std::erase_if(spans_, [&](const auto& entry) {
    return entry.second.tries == 0 || now_us >= entry.second.began_us + span_us_;
  });
  if (spans_.size() < kNamesMax) return;
  spans_.erase(std::min_element(spans_.begin(), spans_.end(), [](const auto& a, const auto& b) {
    return a.second.began_us < b.second.began_us;
  }));
}

}  // namespace rookery
