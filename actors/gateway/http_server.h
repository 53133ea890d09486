// E1: HTTP/1.1 on a socket: connections, limits, patience. What is asked is the gateway's matter.
#pragma once

#include <openssl/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <unordered_set>

#include "actors/gateway/http_message.h"
#include "schemas/result.h"

namespace rookery {

struct HttpLimits {
  std::size_t connections_max = 1024;
  std::uint32_t header_bytes_max = 16 * 1024;
  std::size_t body_bytes_max = std::size_t{1} << 20;
  std::chrono::milliseconds idle{60'000};     // between requests of one connection
  std::chrono::milliseconds request{15'000};  // from a request's first byte to its last
  std::chrono::milliseconds write{30'000};    // an answer, or one part of a stream
};

class HttpConnection;

// Belongs to the io context's one thread.
class HttpServer {
 public:
  // `tls` null: plain HTTP; it must outlive this.
  HttpServer(boost::asio::io_context& io, const HttpLimits& limits, Respond respond,
             SSL_CTX* tls = nullptr);
  ~HttpServer();

  Status listen(const std::string& address, std::uint16_t port);
  std::uint16_t port() const;

  // Takes nobody new, lets running requests finish, then closes their connections.
  void close();

 private:
  friend class HttpConnection;
  boost::asio::awaitable<void> accept();

  boost::asio::io_context& io_;
  const HttpLimits limits_;
  const Respond respond_;
  SSL_CTX* const tls_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::unordered_set<HttpConnection*> connections_;
  bool closing_ = false;
};

}  // namespace rookery
