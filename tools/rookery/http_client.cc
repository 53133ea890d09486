#include "tools/rookery/http_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <limits>
#include <optional>

#include "tools/rookery/interrupt.h"

namespace rookery::tool {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kConnectTimeout{5'000};
constexpr std::chrono::milliseconds kInterruptPoll{100};

}  // namespace

class HttpClient::Connection {
 public:
  explicit Connection(ServerAddress server) : server(std::move(server)) {}

  bool open() const { return socket_.has_value() && socket_->is_open(); }
  void close() {
    socket_.reset();
    buffer_.clear();
  }

  Status connect();
  error_code write(const HttpRequest& request);
  template <class Parser>
  error_code read(Parser& parser, std::chrono::milliseconds timeout) {
    return run([&](auto done) { http::async_read(*socket_, buffer_, parser, done); }, timeout);
  }
  template <class Parser>
  error_code read_header(Parser& parser, std::chrono::milliseconds timeout) {
    return run([&](auto done) { http::async_read_header(*socket_, buffer_, parser, done); },
               timeout);
  }
  template <class Parser>
  error_code read_some(Parser& parser, std::chrono::milliseconds timeout) {
    return run([&](auto done) { http::async_read_some(*socket_, buffer_, parser, done); }, timeout);
  }
  Error explain(const error_code& error) const;

  ServerAddress server;

 private:
  // Starts one operation and runs it to its end; closes the socket when time is up.
  template <class Start>
  error_code run(Start start, std::chrono::milliseconds timeout) {
    const auto deadline = Clock::now() + timeout;
    bool finished = false;
    error_code result;
    error_code early;
    start([&](error_code error, const auto&...) {
      finished = true;
      result = error;
    });
    while (!finished) {
      context_.restart();
      context_.run_for(kInterruptPoll);
      if (finished || early) continue;
      if (interrupted()) early = asio::error::interrupted;
      if (Clock::now() > deadline) early = asio::error::timed_out;
      error_code ignored;
      if (early) socket_->close(ignored);
    }
    return early ? early : result;
  }

  asio::io_context context_;
  std::optional<asio::ip::tcp::socket> socket_;
  beast::flat_buffer buffer_;
};

Status HttpClient::Connection::connect() {
  close();
  error_code error;
  asio::ip::tcp::resolver resolver(context_);
  const auto endpoints = resolver.resolve(server.host, server.port, error);
  if (error) return explain(error);
  socket_.emplace(context_);
  error = run([&](auto done) { asio::async_connect(*socket_, endpoints, done); }, kConnectTimeout);
  if (!error) socket_->set_option(asio::ip::tcp::no_delay(true), error);
  if (!error) return Done{};
  close();
  return explain(error);
}

error_code HttpClient::Connection::write(const HttpRequest& request) {
  http::request<http::string_body> message;
  message.method_string(request.method);
  message.target(request.target);
  message.version(11);
  message.keep_alive(true);
  message.set(http::field::host, server.host + ":" + server.port);
  message.set(http::field::user_agent, "rookery");
  if (!request.token.empty()) message.set(http::field::authorization, "Bearer " + request.token);
  if (!request.idempotency_key.empty()) message.set("Idempotency-Key", request.idempotency_key);
  if (!request.body.empty()) message.set(http::field::content_type, "application/json");
  message.body() = request.body;
  message.prepare_payload();
  return run([&](auto done) { http::async_write(*socket_, message, done); }, request.timeout);
}

Error HttpClient::Connection::explain(const error_code& error) const {
  if (error == asio::error::interrupted) return Error{"interrupted"};
  if (error == asio::error::timed_out) {
    return Error{server.text() + " did not answer in time: look at the server, then try again"};
  }
  if (error == http::error::body_limit) return Error{"the answer is too long: ask for less"};
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == asio::error::connection_reset || error == asio::error::broken_pipe) {
    return Error{server.text() + " closed the connection: look at the server, then try again"};
  }
  if (error.category() == http::make_error_code(http::error::bad_version).category()) {
    return Error{server.text() + " does not speak HTTP as rookeryd does: check --server"};
  }
  return Error{"cannot reach " + server.text() + " (" + error.message() +
               "): start rookeryd there, or give its address with --server"};
}

HttpClient::HttpClient(ServerAddress server)
    : connection_(std::make_unique<Connection>(std::move(server))) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;

const ServerAddress& HttpClient::server() const { return connection_->server; }

Result<HttpAnswer> HttpClient::send(const HttpRequest& request) {
  const bool repeatable = request.method == "GET" || !request.idempotency_key.empty();
  for (;;) {
    const bool kept = connection_->open();
    if (!kept) {
      if (auto status = connection_->connect(); !status) return status.error();
    }
    http::response_parser<http::string_body> parser;
    parser.body_limit(kAnswerBytesMax);
    error_code error = connection_->write(request);
    if (!error) error = connection_->read(parser, request.timeout);
    if (error) {
      connection_->close();
      const bool gone = error != asio::error::interrupted && error != asio::error::timed_out;
      if (kept && gone && repeatable) continue;
      return connection_->explain(error);
    }
    if (!parser.get().keep_alive()) connection_->close();
    return HttpAnswer{parser.get().result_int(), std::move(parser.get().body())};
  }
}

Result<HttpAnswer> HttpClient::follow(const HttpRequest& request,
                                      const std::function<bool(std::string_view)>& line) {
  if (auto status = connection_->connect(); !status) return status.error();
  http::response_parser<http::buffer_body> parser;
  // Without end, but not boost::none: Boost 1.74 takes that for no bytes at all.
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  error_code error = connection_->write(request);
  if (!error) error = connection_->read_header(parser, request.timeout);
  HttpAnswer answer;
  bool wanted = true;
  while (!error && wanted && !parser.is_done()) {
    char piece[16 * 1024];
    parser.get().body().data = piece;
    parser.get().body().size = sizeof piece;
    error = connection_->read_some(parser, request.timeout);
    if (error == http::error::need_buffer) error = {};
    answer.body.append(piece, sizeof piece - parser.get().body().size);
    if (parser.get().result_int() != 200) continue;
    std::size_t begin = 0;
    for (auto end = answer.body.find('\n'); wanted && end != std::string::npos;
         end = answer.body.find('\n', begin)) {
      wanted = line(std::string_view(answer.body).substr(begin, end - begin));
      begin = end + 1;
    }
    answer.body.erase(0, begin);
    if (answer.body.size() > kLineBytesMax) error = http::error::body_limit;
  }
  answer.status = parser.get().result_int();
  connection_->close();
  if (error) return connection_->explain(error);
  return answer;
}

}  // namespace rookery::tool
