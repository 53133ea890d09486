// F10: datagrams. Never blocks.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "media/noise.h"
#include "schemas/result.h"

namespace rookery::media {

// An IPv4 or IPv6 address with a port.
class Address {
 public:
  Address() = default;
  Address(const sockaddr* address, socklen_t size);
  // "127.0.0.1:4000" or "[::1]:4000"; a number, never a name.
  static std::optional<Address> parse(std::string_view text);
  std::string text() const;
  std::uint16_t port() const;
  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }
  bool operator==(const Address& other) const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

class UdpSocket {
 public:
  // Port 0: any free one.
  static Result<UdpSocket> bind(std::string_view ip, std::uint16_t port);
  // A socket for one peer: only its datagrams are received.
  static Result<UdpSocket> connect(const Address& peer);
  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;
  ~UdpSocket();

  int fd() const { return fd_; }
  Address local_address() const;

  // Sends all in as few system calls as may be; returns how many the kernel took. The rest is lost
  // to the network, as far as anyone can tell, when the caller drops it.
  std::size_t send(const Address& to, std::span<const Bytes> packets);
  bool send_one(const Address& to, BytesView packet);
  // Hands over what has arrived, at most `datagrams_max`; returns how many.
  std::size_t receive(const std::function<void(const Address& from, BytesView packet)>& take,
                      std::size_t datagrams_max = 256);

 private:
  explicit UdpSocket(int fd, bool connected) : fd_(fd), connected_(connected) {}

  int fd_ = -1;
  bool connected_ = false;
};

}  // namespace rookery::media
