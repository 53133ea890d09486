#include "tests/unit/server/http_client.h"

#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <stdexcept>

namespace rookery::test {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

struct HttpClient::Socket {
  asio::io_context io;
  tcp::socket stream{io};
  boost::beast::flat_buffer buffer;
};

std::string Reply::error_code() const {
  return body.contains("error") ? body["error"].value("code", "") : "";
}

HttpClient::HttpClient(std::uint16_t port) : port_(port) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

void HttpClient::connect() {
  socket_ = std::make_unique<Socket>();
  socket_->stream.connect({asio::ip::make_address("127.0.0.1"), port_});
  socket_->stream.set_option(tcp::no_delay(true));
}

Reply HttpClient::request(const std::string& method, const std::string& target,
                          const std::string& body) {
  if (!socket_) connect();
  http::request<http::string_body> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, "127.0.0.1");
  if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
  if (!idempotency_key.empty()) request.set("Idempotency-Key", idempotency_key);
  idempotency_key.clear();
  request.body() = body;
  request.prepare_payload();
  boost::system::error_code ignored;  // the server may answer before it has read everything
  http::write(socket_->stream, request, ignored);
  http::response<http::string_body> response;
  http::read(socket_->stream, socket_->buffer, response);
  if (!response.keep_alive()) socket_.reset();
  const auto allow = response[http::field::allow];
  const auto type = response[http::field::content_type];
  return {response.result_int(),
          Json::parse(response.body(), nullptr, false),
          {allow.data(), allow.size()},
          {type.data(), type.size()}};
}

void HttpClient::read_lines(const std::string& target,
                            const std::function<bool(const std::string&)>& wanted) {
  connect();
  http::request<http::empty_body> request(http::verb::get, target, 11);
  request.set(http::field::host, "127.0.0.1");
  request.set(http::field::authorization, "Bearer " + token);
  http::write(socket_->stream, request);
  http::response_parser<http::string_body> parser;
  boost::system::error_code failure;
  std::size_t read = 0;
  std::string& text = parser.get().body();
  bool more = true;
  while (more && !failure && !parser.is_done()) {
    http::read_some(socket_->stream, socket_->buffer, parser, failure);
    for (std::size_t end = text.find('\n', read); more && end != std::string::npos;
         end = text.find('\n', read)) {
      more = wanted(text.substr(read, end - read));
      read = end + 1;
    }
  }
  socket_.reset();
}

std::string HttpClient::send_raw(const std::string& bytes) {
  connect();
  boost::system::error_code failure;
  asio::write(socket_->stream, asio::buffer(bytes), failure);
  std::string answer;
  std::array<char, 4096> part{};
  failure = {};
  while (!failure) {
    const std::size_t size = socket_->stream.read_some(asio::buffer(part), failure);
    answer.append(part.data(), size);
  }
  socket_.reset();
  return answer;
}

std::string path_of(const Json& id) {
  std::string text = id.get<std::string>();
  return text.insert(text.find('/'), "s");
}

}  // namespace rookery::test
