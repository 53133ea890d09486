#include "tools/rookery/http_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <limits>
#include <optional>

#include "tools/rookery/interrupt.h"
#include "tools/rookery/tls_trust.h"

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

  bool open() const { return stream_.has_value() && stream_->lowest_layer().is_open(); }
  void close() {
    stream_.reset();
    buffer_.clear();
  }

  Status connect();
  error_code write(const HttpRequest& request);
  template <class Parser>
  error_code read(Parser& parser, std::chrono::milliseconds timeout) {
    return run_on([&](auto& to, auto done) { http::async_read(to, buffer_, parser, done); },
                  timeout);
  }
  template <class Parser>
  error_code read_header(Parser& parser, std::chrono::milliseconds timeout) {
    return run_on([&](auto& to, auto done) { http::async_read_header(to, buffer_, parser, done); },
                  timeout);
  }
  template <class Parser>
  error_code read_some(Parser& parser, std::chrono::milliseconds timeout) {
    return run_on([&](auto& to, auto done) { http::async_read_some(to, buffer_, parser, done); },
                  timeout);
  }
  Error explain(const error_code& error) const;

  ServerAddress server;

 private:
  Status shake_hands();
  // On the sealed stream, or on the socket below it.
  template <class Start>
  error_code run_on(Start start, std::chrono::milliseconds timeout) {
    return run(
        [&](auto done) {
          if (server.secure) {
            start(*stream_, done);
          } else {
            start(stream_->next_layer(), done);
          }
        },
        timeout);
  }
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
      if (early) stream_->lowest_layer().close(ignored);
    }
    return early ? early : result;
  }

  asio::io_context context_;
  std::optional<asio::ssl::context> trust_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket>> stream_;
  beast::flat_buffer buffer_;
};

Status HttpClient::Connection::connect() {
  close();
  if (!trust_) {
    auto trust = make_tls_trust(server);
    if (!trust) return trust.error();
    trust_.emplace(std::move(*trust));
  }
  error_code error;
  asio::ip::tcp::resolver resolver(context_);
  const auto endpoints = resolver.resolve(server.host, server.port, error);
  if (error) return explain(error);
  stream_.emplace(context_, *trust_);
  error = run([&](auto done) { asio::async_connect(stream_->next_layer(), endpoints, done); },
              kConnectTimeout);
  if (!error) stream_->next_layer().set_option(asio::ip::tcp::no_delay(true), error);
  if (!error) return server.secure ? shake_hands() : Status(Done{});
  close();
  return explain(error);
}

Status HttpClient::Connection::shake_hands() {
  expect_server(stream_->native_handle(), server.host);
  CertificateRefusal refusal;
  stream_->set_verify_callback([&](bool sound, asio::ssl::verify_context& verification) {
    if (!sound) refusal = refusal_of(verification.native_handle());
    return sound;
  });
  const error_code error =
      run([&](auto done) { stream_->async_handshake(asio::ssl::stream_base::client, done); },
          kConnectTimeout);
  if (!error) return Done{};
  close();
  if (refusal.code != X509_V_OK) return tool::explain(refusal, server);
  if (error.category() != asio::error::get_ssl_category()) return explain(error);
  return Error{server.text() + " does not speak TLS as it should (" + error.message() +
               "): check --server; a rookeryd without a certificate is at http://"};
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
  return run_on([&](auto& to, auto done) { http::async_write(to, message, done); },
                request.timeout);
}

Error HttpClient::Connection::explain(const error_code& error) const {
  if (error == asio::error::interrupted) return Error{"interrupted"};
  if (error == asio::error::timed_out) {
    return Error{server.text() + " did not answer in time: look at the server, then try again"};
  }
  if (error == http::error::body_limit) return Error{"the answer is too long: ask for less"};
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == asio::ssl::error::stream_truncated || error == asio::error::connection_reset ||
      error == asio::error::broken_pipe) {
    return Error{server.text() + " closed the connection: look at the server, then try again"};
  }
  if (error.category() == http::make_error_code(http::error::bad_version).category()) {
    return Error{server.text() + " does not speak HTTP as rookeryd does: check --server" +
                 (server.secure ? "" : "; one with a certificate is at https://")};
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
