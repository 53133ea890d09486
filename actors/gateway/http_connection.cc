#include "actors/gateway/http_connection.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <utility>

namespace rookery {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr unsigned kVersion = 11;
constexpr std::size_t kDrainBytesMax = std::size_t{8} << 20;
constexpr std::chrono::milliseconds kDrainPatience{1000};

auto to(error_code& failure) { return asio::redirect_error(asio::use_awaitable, failure); }

std::string text_of(boost::beast::string_view view) { return {view.data(), view.size()}; }

}  // namespace

HttpConnection::HttpConnection(HttpServer& server, tcp::socket socket)
    : server_(server), socket_(std::move(socket), server.tls_), timer_(server.io_) {
  server_.connections_.insert(this);
}

HttpConnection::~HttpConnection() { server_.connections_.erase(this); }

asio::awaitable<void> HttpConnection::run(std::shared_ptr<HttpConnection> self) {
  co_await self->serve();
}

asio::awaitable<void> HttpConnection::serve() {
  while (!server_.closing_) {
    Parser parser;
    parser.header_limit(server_.limits_.header_bytes_max);
    parser.body_limit(server_.limits_.body_bytes_max);
    if (!co_await read(parser)) break;
    auto message = parser.release();
    const bool keep_alive = message.keep_alive();
    RawRequest request;
    request.websocket = {boost::beast::websocket::is_upgrade(message),
                         text_of(message[http::field::sec_websocket_key]),
                         text_of(message[http::field::sec_websocket_version]),
                         text_of(message[http::field::host]),
                         text_of(message[http::field::origin])};
    request.method = message.method();
    request.target = text_of(message.target());
    request.authorization = text_of(message[http::field::authorization]);
    request.idempotency_key = text_of(message["Idempotency-Key"]);
    request.accept_encoding = text_of(message[http::field::accept_encoding]);
    request.if_none_match = text_of(message[http::field::if_none_match]);
    request.body = std::move(message.body());
    request.remote_address = socket_.remote_address();
    for (auto [field, last] = message.equal_range("X-Forwarded-For"); field != last; ++field) {
      if (!request.forwarded_for.empty()) request.forwarded_for += ',';
      request.forwarded_for += text_of(field->value());
    }
    Answer answer = co_await server_.respond_(std::move(request));
    if (answer.take_over) co_return co_await hand_over(answer);
    if (answer.stream) {
      co_await send_stream(answer);
      break;
    }
    if (!co_await send(std::move(answer), keep_alive) || !keep_alive) break;
    idle_ = true;
  }
  co_await drain();
}

void HttpConnection::close_when_idle() {
  if (idle_) socket_.cancel();
}

asio::awaitable<bool> HttpConnection::read(Parser& parser) {
  if (!co_await wait_for_first_byte()) co_return false;
  error_code failure;
  arm(server_.limits_.request);
  co_await http::async_read_header(socket_, buffer_, parser, to(failure));
  if (!failure && boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(socket_, asio::buffer(kContinue), to(failure));
  }
  if (!failure) co_await http::async_read(socket_, buffer_, parser, to(failure));
  disarm();
  if (!failure) co_return true;
  co_await refuse(failure);
  co_return false;
}

asio::awaitable<bool> HttpConnection::wait_for_first_byte() {
  error_code failure;
  if (buffer_.size() == 0) {
    arm(server_.limits_.idle);
    co_await socket_.async_wait_readable(to(failure));
    disarm();
  }
  idle_ = false;
  co_return !failure;
}

asio::awaitable<void> HttpConnection::refuse(const error_code& failure) {
  Answer answer;
  if (expired_) {
    answer = problem(408, "timeout", "the request did not arrive in time: send it faster");
  } else if (failure == http::error::body_limit) {
    answer = problem(413, "too_large",
                     "a request's body has at most " +
                         std::to_string(server_.limits_.body_bytes_max) + " bytes: send less");
  } else if (failure == http::error::header_limit || failure == http::error::buffer_overflow) {
    answer = problem(431, "too_large", "the request's header is too large: send less");
  } else if (failure == http::error::end_of_stream || failure == http::error::partial_message ||
             failure.category() != make_error_code(http::error::bad_method).category()) {
    co_return;  // the client left
  } else {
    answer = problem(400, "invalid", "this is not HTTP/1.1: " + failure.message());
  }
  co_await send(std::move(answer), false);
}

asio::awaitable<bool> HttpConnection::send_raw(const Answer& answer, bool keep_alive) {
  const RawBody& raw = *answer.raw;
  http::response<http::span_body<const char>> response(static_cast<http::status>(answer.status),
                                                       kVersion);
  for (const auto& [name, value] : raw.fields) response.set(name, value);
  response.keep_alive(keep_alive && !server_.closing_);
  if (answer.status != 304) response.content_length(raw.bytes.size());
  if (!raw.head_only) response.body() = {raw.bytes.data(), raw.bytes.size()};
  http::response_serializer<http::span_body<const char>> serializer(response);
  error_code failure;
  arm(server_.limits_.write);
  if (raw.head_only) {
    co_await http::async_write_header(socket_, serializer, to(failure));
  } else {
    co_await http::async_write(socket_, serializer, to(failure));
  }
  disarm();
  co_return !failure;
}

asio::awaitable<bool> HttpConnection::send(Answer answer, bool keep_alive) {
  if (answer.raw) co_return co_await send_raw(answer, keep_alive);
  http::response<http::string_body> response(static_cast<http::status>(answer.status), kVersion);
  response.set(http::field::content_type, "application/json");
  response.set(http::field::cache_control, "no-store");
  if (!answer.allow.empty()) response.set(http::field::allow, answer.allow);
  if (answer.status == 401) response.set(http::field::www_authenticate, "Bearer");
  response.keep_alive(keep_alive && !server_.closing_);
  response.body() = answer.body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  response.prepare_payload();
  error_code failure;
  arm(server_.limits_.write);
  co_await http::async_write(socket_, response, to(failure));
  disarm();
  co_return !failure;
}

asio::awaitable<void> HttpConnection::send_stream(const Answer& answer) {
  http::response<http::empty_body> response(http::status::ok, kVersion);
  response.set(http::field::content_type, "application/x-ndjson");
  response.set(http::field::cache_control, "no-store");
  response.keep_alive(false);
  response.chunked(true);
  http::response_serializer<http::empty_body> serializer(response);
  error_code failure;
  arm(server_.limits_.write);
  co_await http::async_write_header(socket_, serializer, to(failure));
  disarm();
  if (failure) co_return;
  co_await answer.stream(*this);
  arm(server_.limits_.write);
  co_await asio::async_write(socket_, http::make_chunk_last(), to(failure));
  disarm();
}

asio::awaitable<void> HttpConnection::hand_over(const Answer& answer) {
  http::response<http::empty_body> response(http::status::switching_protocols, kVersion);
  response.set(http::field::connection, "Upgrade");
  response.set(http::field::upgrade, "websocket");
  response.set(http::field::sec_websocket_accept, answer.websocket_accept);
  error_code failure;
  arm(server_.limits_.write);
  co_await http::async_write(socket_, response, to(failure));
  disarm();
  if (failure) co_return;
  auto stream = socket_.release(boost::beast::buffers_to_string(buffer_.data()));
  if (stream != nullptr) answer.take_over(std::move(stream));
}

asio::awaitable<bool> HttpConnection::write(std::string lines) {
  error_code failure;
  arm(server_.limits_.write);
  const auto chunk = http::make_chunk(asio::const_buffer(lines.data(), lines.size()));
  co_await asio::async_write(socket_, chunk, to(failure));
  disarm();
  co_return !failure;
}

asio::awaitable<void> HttpConnection::drain() {
  error_code failure;
  socket_.shutdown_send();
  std::array<char, 16 * 1024> waste{};
  std::size_t drained = 0;
  arm(kDrainPatience);
  while (!failure && !expired_ && !server_.closing_ && drained < kDrainBytesMax) {
    drained += co_await socket_.async_read_some(asio::buffer(waste), to(failure));
  }
  disarm();
}

void HttpConnection::arm(std::chrono::milliseconds patience) {
  const std::uint64_t mine = ++armed_;
  expired_ = false;
  timer_.expires_after(patience);
  timer_.async_wait([self = weak_from_this(), mine](const error_code& cancelled) {
    const auto connection = self.lock();
    if (cancelled || !connection || connection->armed_ != mine) return;
    connection->expired_ = true;
    connection->socket_.cancel();
  });
}

void HttpConnection::disarm() {
  ++armed_;
  timer_.cancel();
}

}  // namespace rookery
