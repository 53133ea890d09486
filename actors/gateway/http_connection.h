// One client's connection: requests in, answers out, one after the other.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>

#include "actors/gateway/client_socket.h"
#include "actors/gateway/http_server.h"

namespace rookery {

class HttpConnection : public std::enable_shared_from_this<HttpConnection>, private LineWriter {
 public:
  HttpConnection(HttpServer& server, boost::asio::ip::tcp::socket socket);
  ~HttpConnection() override;

  // Static, because a coroutine begins later: its frame must own the connection from the start.
  static asio::awaitable<void> run(std::shared_ptr<HttpConnection> self);
  // No further request: at once when none is being answered, else after its answer.
  void close_when_idle();

 private:
  asio::awaitable<void> serve();

  using Parser = http::request_parser<http::string_body>;

  // False: nothing more will come, or a problem was answered and the connection must end.
  asio::awaitable<bool> read(Parser& parser);
  asio::awaitable<bool> wait_for_first_byte();
  asio::awaitable<void> refuse(const boost::system::error_code& failure);
  asio::awaitable<bool> send(Answer answer, bool keep_alive);
  asio::awaitable<bool> send_raw(const Answer& answer, bool keep_alive);
  asio::awaitable<void> send_stream(const Answer& answer);
  // Says that the connection is a WebSocket now, and gives it away.
  asio::awaitable<void> hand_over(const Answer& answer);
  asio::awaitable<bool> write(std::string lines) override;
  // Closing with unread bytes would make the client's system throw our answer away.
  asio::awaitable<void> drain();

  void arm(std::chrono::milliseconds patience);
  void disarm();

  HttpServer& server_;
  ClientSocket socket_;
  boost::asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::uint64_t armed_ = 0;  // which arming of the timer counts
  bool expired_ = false;
  bool idle_ = true;
};

}  // namespace rookery
