// A datagram that begins a handshake costs public-key work before it is known who sent it: no more
// of that than leaves everybody else's input its time.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <cstring>
#include <unordered_map>

#include "media/udp_socket.h"

namespace rookery::media {

class KnockLimit {
 public:
  static constexpr int kOfOneMax = 128;   // in a span, of one source
  static constexpr int kOfAllMax = 1024;  // sources can be forged
  static constexpr std::int64_t kSpanUs = 1'000'000;

  explicit KnockLimit(int of_one_max = kOfOneMax, int of_all_max = kOfAllMax)
      : of_one_max_(of_one_max), of_all_max_(of_all_max) {}

  // Any steady clock. False: not now.
  bool take(const Address& from, std::int64_t now_us) {
    if (now_us >= began_us_ + kSpanUs) {
      began_us_ = now_us;
      all_ = 0;
      of_one_.clear();
    }
    if (all_ >= of_all_max_) return false;
    int& one = of_one_[source(from)];
    if (one >= of_one_max_) return false;
    ++one;
    ++all_;
    return true;
  }

 private:
  // An IPv4 address, or what one owner has of IPv6: a network of 64 bits.
  static std::uint64_t source(const Address& from) {
    if (from.raw()->sa_family != AF_INET6) {
      return reinterpret_cast<const sockaddr_in*>(from.raw())->sin_addr.s_addr;
    }
    const in6_addr& address = reinterpret_cast<const sockaddr_in6*>(from.raw())->sin6_addr;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&address);
    std::uint64_t source = 0;
    std::memcpy(&source, address.s6_addr + (mapped ? 8 : 0), sizeof source);
    return source;
  }

  int of_one_max_;
  int of_all_max_;
  std::int64_t began_us_ = 0;
  int all_ = 0;
  std::unordered_map<std::uint64_t, int> of_one_;
};

}  // namespace rookery::media
