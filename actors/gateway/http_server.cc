#include "actors/gateway/http_server.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "actors/gateway/http_connection.h"

namespace rookery {
namespace {

using boost::asio::ip::tcp;

// Out of file descriptors, most likely: let some connections end first.
constexpr std::chrono::milliseconds kAcceptPause{50};

}  // namespace

Answer problem(unsigned status, std::string_view code, std::string message) {
  Answer answer;
  answer.status = status;
  answer.body["error"] = {{"code", code}, {"message", std::move(message)}};
  return answer;
}

Answer not_found(std::string_view what) {
  return problem(404, "not_found", "there is no such " + std::string(what) + ": check its id");
}

HttpServer::HttpServer(asio::io_context& io, const HttpLimits& limits, Respond respond,
                       SSL_CTX* tls)
    : io_(io), limits_(limits), respond_(std::move(respond)), tls_(tls), acceptor_(io) {}

HttpServer::~HttpServer() = default;

Status HttpServer::listen(const std::string& address, std::uint16_t port) {
  boost::system::error_code failure;
  const auto ip = asio::ip::make_address(address, failure);
  if (failure) return Error{"cannot listen on " + address + ": give an IP address"};
  const tcp::endpoint endpoint(ip, port);
  acceptor_.open(endpoint.protocol(), failure);
  if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor_.bind(endpoint, failure);
  if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
  if (failure) {
    return Error{"cannot listen on " + address + ":" + std::to_string(port) + ": " +
                 failure.message()};
  }
  asio::co_spawn(io_, accept(), asio::detached);
  return Done{};
}

std::uint16_t HttpServer::port() const { return acceptor_.local_endpoint().port(); }

asio::awaitable<void> HttpServer::accept() {
  while (!closing_) {
    boost::system::error_code failure;
    tcp::socket socket =
        co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failure));
    if (closing_) break;
    if (failure) {
      spdlog::warn("no connection could be accepted: {}", failure.message());
      asio::steady_timer pause(io_, kAcceptPause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failure));
      continue;
    }
    if (connections_.size() >= limits_.connections_max) continue;  // closed at once
    auto connection = std::make_shared<HttpConnection>(*this, std::move(socket));
    asio::co_spawn(io_, HttpConnection::run(std::move(connection)), asio::detached);
  }
}

void HttpServer::close() {
  closing_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (HttpConnection* connection : connections_) connection->close_when_idle();
}

}  // namespace rookery
