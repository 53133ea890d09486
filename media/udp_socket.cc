#include "media/udp_socket.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace rookery::media {
namespace {

// Room for a few key frames; the kernel gives less where root did not allow more.
constexpr int kSocketBufferBytes = 4 << 20;
constexpr std::size_t kMessagesAtOnce = 64;

std::string last_error(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

Result<int> open_socket(int family) {
  const int fd = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return Error{last_error("cannot open a UDP socket")};
  const int bytes = kSocketBufferBytes;
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  if (::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) != 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  }
  return fd;
}

}  // namespace

Address::Address(const sockaddr* address, socklen_t size) : size_(size) {
  std::memcpy(&storage_, address, size);
}

std::optional<Address> Address::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string host(text.substr(0, colon));
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    host = host.substr(1, host.size() - 2);
    if (::inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) != 1) return std::nullopt;
    return Address(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return std::nullopt;
  return Address(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

std::uint16_t Address::port() const {
  if (storage_.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage_)->sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in*>(&storage_)->sin_port);
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> host{};
  if (storage_.ss_family == AF_INET6) {
    const auto* address = reinterpret_cast<const sockaddr_in6*>(&storage_);
    ::inet_ntop(AF_INET6, &address->sin6_addr, host.data(), host.size());
    return "[" + std::string(host.data()) + "]:" + std::to_string(port());
  }
  if (storage_.ss_family != AF_INET) return "unknown";
  const auto* address = reinterpret_cast<const sockaddr_in*>(&storage_);
  ::inet_ntop(AF_INET, &address->sin_addr, host.data(), host.size());
  return std::string(host.data()) + ":" + std::to_string(port());
}

bool Address::operator==(const Address& other) const {
  if (storage_.ss_family != other.storage_.ss_family || port() != other.port()) return false;
  if (storage_.ss_family == AF_INET6) {
    const auto* mine = reinterpret_cast<const sockaddr_in6*>(&storage_);
    const auto* theirs = reinterpret_cast<const sockaddr_in6*>(&other.storage_);
    return IN6_ARE_ADDR_EQUAL(&mine->sin6_addr, &theirs->sin6_addr);
  }
  return reinterpret_cast<const sockaddr_in*>(&storage_)->sin_addr.s_addr ==
         reinterpret_cast<const sockaddr_in*>(&other.storage_)->sin_addr.s_addr;
}

Result<UdpSocket> UdpSocket::bind(std::string_view ip, std::uint16_t port) {
  const bool v6 = ip.find(':') != std::string_view::npos;
  const std::string text =
      (v6 ? "[" + std::string(ip) + "]" : std::string(ip)) + ":" + std::to_string(port);
  const auto address = Address::parse(text);
  if (!address) return Error{std::string(ip) + " is no IP address: give one such as 127.0.0.1"};
  const auto fd = open_socket(v6 ? AF_INET6 : AF_INET);
  if (!fd) return fd.error();
  UdpSocket socket(*fd, false);
  if (::bind(*fd, address->raw(), address->size()) != 0) {
    return Error{last_error(("cannot use UDP address " + text).c_str())};
  }
  return socket;
}

Result<UdpSocket> UdpSocket::connect(const Address& peer) {
  const auto fd = open_socket(peer.raw()->sa_family);
  if (!fd) return fd.error();
  UdpSocket socket(*fd, true);
  if (::connect(*fd, peer.raw(), peer.size()) != 0) {
    return Error{last_error(("cannot reach " + peer.text()).c_str())};
  }
  return socket;
}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(connected_, other.connected_);
  return *this;
}

UdpSocket::~UdpSocket() {
  if (fd_ >= 0) ::close(fd_);
}

Address UdpSocket::local_address() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&storage), &size);
  return {reinterpret_cast<const sockaddr*>(&storage), size};
}

std::size_t UdpSocket::send(const Address& to, std::span<const Bytes> packets) {
  std::size_t sent = 0;
  while (sent < packets.size()) {
    std::array<mmsghdr, kMessagesAtOnce> messages{};
    std::array<iovec, kMessagesAtOnce> parts{};
    const std::size_t count = std::min(kMessagesAtOnce, packets.size() - sent);
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes& packet = packets[sent + i];
      parts[i] = {const_cast<std::uint8_t*>(packet.data()), packet.size()};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      if (!connected_) {
        messages[i].msg_hdr.msg_name = const_cast<sockaddr*>(to.raw());
        messages[i].msg_hdr.msg_namelen = to.size();
      }
    }
    const int taken = ::sendmmsg(fd_, messages.data(), static_cast<unsigned>(count), 0);
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) return sent;
    sent += static_cast<std::size_t>(taken);
  }
  return sent;
}

bool UdpSocket::send_one(const Address& to, BytesView packet) {
  for (;;) {
    const ssize_t sent = connected_
                             ? ::send(fd_, packet.data(), packet.size(), 0)
                             : ::sendto(fd_, packet.data(), packet.size(), 0, to.raw(), to.size());
    if (sent >= 0) return true;
    if (errno != EINTR) return false;
  }
}

std::size_t UdpSocket::receive(
    const std::function<void(const Address& from, BytesView packet)>& take,
    std::size_t datagrams_max) {
  // One byte more than any packet of ours: a longer datagram shows as too long.
  constexpr std::size_t kRoom = 1501;
  thread_local std::array<std::array<std::uint8_t, kRoom>, kMessagesAtOnce> buffers;
  std::size_t total = 0;
  while (total < datagrams_max) {
    std::array<mmsghdr, kMessagesAtOnce> messages{};
    std::array<iovec, kMessagesAtOnce> parts{};
    std::array<sockaddr_storage, kMessagesAtOnce> from{};
    for (std::size_t i = 0; i < kMessagesAtOnce; ++i) {
      parts[i] = {buffers[i].data(), kRoom};
      messages[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, nullptr, 0, 0};
    }
    const auto wanted = std::min(kMessagesAtOnce, datagrams_max - total);
    const int count =
        ::recvmmsg(fd_, messages.data(), static_cast<unsigned>(wanted), MSG_DONTWAIT, nullptr);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return total;
    for (int i = 0; i < count; ++i) {
      const Address address(reinterpret_cast<const sockaddr*>(&from[i]),
                            messages[i].msg_hdr.msg_namelen);
      take(address, BytesView(buffers[i].data(), messages[i].msg_len));
    }
    total += static_cast<std::size_t>(count);
    if (static_cast<std::size_t>(count) < wanted) return total;
  }
  return total;
}

}  // namespace rookery::media
