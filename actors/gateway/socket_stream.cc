#include "actors/gateway/socket_stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace rookery {
namespace {

std::ptrdiff_t moved(ssize_t count) {
  if (count > 0) return count;
  const bool later = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  return later ? 0 : ByteStream::kEnded;
}

class SocketStream final : public ByteStream {
 public:
  SocketStream(int socket, std::string early, std::string remote)
      : socket_(socket), early_(std::move(early)), remote_(std::move(remote)) {}
  ~SocketStream() override { close(socket_); }
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;

  int fd() const override { return socket_; }
  std::string remote() const override { return remote_; }

  std::ptrdiff_t read(std::span<std::uint8_t> into) override {
    if (early_.empty()) return moved(recv(socket_, into.data(), into.size(), 0));
    const std::size_t count = std::min(early_.size(), into.size());
    std::copy_n(early_.begin(), count, into.begin());
    early_.erase(0, count);
    return static_cast<std::ptrdiff_t>(count);
  }

  std::ptrdiff_t write(std::span<const std::uint8_t> from) override {
    return moved(send(socket_, from.data(), from.size(), MSG_NOSIGNAL));
  }

 private:
  const int socket_;
  std::string early_;
  const std::string remote_;
};

}  // namespace

std::unique_ptr<ByteStream> make_socket_stream(int socket, std::string early, std::string remote) {
  return std::make_unique<SocketStream>(socket, std::move(early), std::move(remote));
}

}  // namespace rookery
