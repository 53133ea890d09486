// A client's socket for Asio and Beast, with or without TLS.
#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/gateway/socket_stream.h"

namespace rookery {

// An AsyncReadStream and AsyncWriteStream. One read and one write at a time.
class ClientSocket {
 public:
  using Tcp = boost::asio::ip::tcp;
  using executor_type = Tcp::socket::executor_type;
  using error_code = boost::system::error_code;

  // `tls` null: none; it must outlive this.
  ClientSocket(Tcp::socket socket, SSL_CTX* tls);

  executor_type get_executor() { return socket_.get_executor(); }
  // The client's IP; with its port.
  const std::string& remote_address() const { return remote_address_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    const boost::asio::mutable_buffer one = first_of(buffers);
    return start([this, one] { return read(one); }, one.size(), Tcp::socket::wait_read, token);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    // In one piece: small ones would be a packet each. What did not go is asked for again.
    outgoing_.resize(std::min(boost::asio::buffer_size(buffers), kPieceBytesMax));
    boost::asio::buffer_copy(boost::asio::buffer(outgoing_), buffers);
    return start([this] { return write(); }, outgoing_.size(), Tcp::socket::wait_write, token);
  }
  // Until a read may have something to say.
  template <class Token>
  auto async_wait_readable(Token&& token) {
    // A writable socket is ready at once.
    const bool ready = stream_->has_pending();
    return socket_.async_wait(ready ? Tcp::socket::wait_write : Tcp::socket::wait_read,
                              std::forward<Token>(token));
  }

  void cancel();
  // Says that nothing more will come.
  void shutdown_send();
  // The connection as it is, for somebody else; null when that is not to be had. Nothing may be
  // under way.
  std::unique_ptr<ByteStream> release(std::string early);

 private:
  template <class Buffers>
  static boost::asio::mutable_buffer first_of(const Buffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at) {
      if (boost::asio::mutable_buffer(*at).size() > 0) return *at;
    }
    return {};
  }

  // Moves bytes now, or waits for the socket until it can. Completes in a later turn, always.
  template <class Move, class Token>
  auto start(Move move, std::size_t wanted, Tcp::socket::wait_type direction, Token& token) {
    return boost::asio::async_compose<Token, void(error_code, std::size_t)>(
        [this, move, wanted, direction, done = false, outcome = error_code(),
         count = std::size_t{0}](auto& self, error_code failure = {}) mutable {
          if (done) return self.complete(outcome, count);
          if (failure) return self.complete(failure, 0);
          const std::ptrdiff_t moved = wanted == 0 ? 0 : move();
          if (wanted > 0 && moved == 0) {
            const auto wait = stream_->wants_write() ? Tcp::socket::wait_write : blocked(direction);
            return socket_.async_wait(wait, std::move(self));
          }
          done = true;
          if (moved == ByteStream::kEnded) outcome = boost::asio::error::eof;
          if (moved > 0) count = static_cast<std::size_t>(moved);
          boost::asio::post(socket_.get_executor(), std::move(self));
        },
        token, socket_);
  }

  // What to wait for when nothing moved.
  Tcp::socket::wait_type blocked(Tcp::socket::wait_type direction) const;
  std::ptrdiff_t read(const boost::asio::mutable_buffer& into);
  std::ptrdiff_t write();

  static constexpr std::size_t kPieceBytesMax = 64 * 1024;

  Tcp::socket socket_;
  const bool sealed_;  // with TLS
  std::string remote_address_;
  std::vector<std::uint8_t> outgoing_;
  std::unique_ptr<SocketStream> stream_;
};

}  // namespace rookery
