// A client's end of a WebSocket (RFC 6455) over a connected socket, as small as tests need it.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace rookery::test {

using Octets = std::vector<std::uint8_t>;

inline constexpr std::uint8_t kBinaryFrame = 0x82;
inline constexpr std::uint8_t kCloseFrame = 0x88;
inline constexpr std::uint8_t kPingFrame = 0x89;
inline constexpr std::uint8_t kPongFrame = 0x8A;

// A frame as clients send it: masked.
inline Octets client_frame(std::uint8_t first, std::span<const std::uint8_t> payload) {
  constexpr std::array<std::uint8_t, 4> kMask = {0x37, 0xfa, 0x21, 0x3d};
  Octets frame = {first};
  if (payload.size() < 126) {
    frame.push_back(static_cast<std::uint8_t>(0x80 | payload.size()));
  } else {
    frame.insert(frame.end(), {0x80 | 126, static_cast<std::uint8_t>(payload.size() >> 8),
                               static_cast<std::uint8_t>(payload.size())});
  }
  frame.insert(frame.end(), kMask.begin(), kMask.end());
  for (std::size_t i = 0; i < payload.size(); ++i) frame.push_back(payload[i] ^ kMask[i % 4]);
  return frame;
}

struct ServerFrame {
  std::uint8_t first = 0;
  Octets payload;
};

// Takes the first whole frame off `bytes`, which a server sent.
inline std::optional<ServerFrame> take_server_frame(Octets& bytes) {
  if (bytes.size() < 2) return std::nullopt;
  std::size_t begin = 2;
  std::size_t length = bytes[1] & 0x7f;
  if (length == 126) {
    if (bytes.size() < 4) return std::nullopt;
    length = bytes[2] << 8 | bytes[3];
    begin = 4;
  }
  if (bytes.size() < begin + length) return std::nullopt;
  const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto end = at + static_cast<std::ptrdiff_t>(length);
  ServerFrame frame{bytes[0], Octets(at, end)};
  bytes.erase(bytes.begin(), end);
  return frame;
}

// Frames in which bundles (media/PIPELINE.md) are taken apart.
class ServerDatagrams {
 public:
  void add(ServerFrame frame) {
    constexpr std::uint8_t kBundle = 5;
    if (frame.first != kBinaryFrame || frame.payload.empty() || frame.payload[0] != kBundle) {
      frames_.push_back(std::move(frame));
      return;
    }
    for (std::size_t at = 1; at + 2 <= frame.payload.size();) {
      const std::size_t size = frame.payload[at] | frame.payload[at + 1] << 8;
      const auto begin = frame.payload.begin() + static_cast<std::ptrdiff_t>(at + 2);
      frames_.push_back({frame.first, Octets(begin, begin + static_cast<std::ptrdiff_t>(size))});
      at += 2 + size;
    }
  }
  std::optional<ServerFrame> next() {
    if (frames_.empty()) return std::nullopt;
    ServerFrame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }

 private:
  std::deque<ServerFrame> frames_;
};

// Owns the socket.
class WebSocketEnd {
 public:
  explicit WebSocketEnd(int socket) : socket_(socket) {}
  WebSocketEnd(WebSocketEnd&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        came_(std::move(other.came_)),
        datagrams_(std::move(other.datagrams_)) {}
  WebSocketEnd& operator=(WebSocketEnd&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(came_, other.came_);
    std::swap(datagrams_, other.datagrams_);
    return *this;
  }
  ~WebSocketEnd() { close(); }

  int socket() const { return socket_; }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  bool send(std::uint8_t first, std::span<const std::uint8_t> payload) {
    const Octets frame = client_frame(first, payload);
    return ::send(socket_, frame.data(), frame.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(frame.size());
  }
  // The next frame; nothing when none comes in time, or ever again.
  std::optional<ServerFrame> read(int wait_ms) {
    for (;;) {
      if (auto frame = datagrams_.next()) return frame;
      if (auto frame = take_server_frame(came_)) {
        datagrams_.add(std::move(*frame));
        continue;
      }
      pollfd readable{socket_, POLLIN, 0};
      if (poll(&readable, 1, wait_ms) != 1) return std::nullopt;
      std::array<std::uint8_t, 65536> buffer{};
      const ssize_t count = recv(socket_, buffer.data(), buffer.size(), 0);
      if (count <= 0) {
        ended_ = true;
        return std::nullopt;
      }
      came_.insert(came_.end(), buffer.begin(), buffer.begin() + count);
    }
  }
  bool ended() const { return ended_; }

 private:
  int socket_;
  Octets came_;
  ServerDatagrams datagrams_;
  bool ended_ = false;
};

}  // namespace rookery::test
