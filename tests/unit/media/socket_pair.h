// A TCP connection on loopback whose one end is a ByteStream, as the gateway hands it over.
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <memory>
#include <string>

#include "schemas/byte_stream.h"

namespace rookery::test {

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(int socket) : socket_(socket) {
    fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
  }
  ~PlainStream() override { close(socket_); }
  PlainStream(const PlainStream&) = delete;
  PlainStream& operator=(const PlainStream&) = delete;

  int fd() const override { return socket_; }
  std::string remote() const override { return "127.0.0.1:9"; }
  std::ptrdiff_t read(std::span<std::uint8_t> into) override {
    return moved(recv(socket_, into.data(), into.size(), 0));
  }
  std::ptrdiff_t write(std::span<const std::uint8_t> from) override {
    return moved(send(socket_, from.data(), from.size(), MSG_NOSIGNAL));
  }

 private:
  static std::ptrdiff_t moved(ssize_t count) {
    if (count > 0) return count;
    return count < 0 && errno == EAGAIN ? 0 : kEnded;
  }
  const int socket_;
};

struct SocketPair {
  std::unique_ptr<ByteStream> server;
  int client = -1;  // whoever takes it closes it
};

// `buffer_bytes` for both ends, 0: as the system likes it.
inline SocketPair connected_pair(int buffer_bytes = 0) {
  const auto narrow = [&](int socket) {
    if (buffer_bytes == 0) return;
    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  };
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  narrow(listener);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* address = reinterpret_cast<sockaddr*>(&at);
  BOOST_REQUIRE(bind(listener, address, sizeof at) == 0);
  BOOST_REQUIRE(listen(listener, 1) == 0);
  BOOST_REQUIRE(getsockname(listener, address, &size) == 0);
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  narrow(client);
  BOOST_REQUIRE(connect(client, address, sizeof at) == 0);
  const int server = accept(listener, nullptr, nullptr);
  BOOST_REQUIRE(server >= 0);
  close(listener);
  return {std::make_unique<PlainStream>(server), client};
}

}  // namespace rookery::test
