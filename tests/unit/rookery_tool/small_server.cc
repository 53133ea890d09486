#include "tests/unit/rookery_tool/small_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <mutex>
#include <thread>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

struct SmallServer::Running {
  std::function<SmallAnswer(const SmallRequest&)> answer;
  asio::io_context context;
  tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  std::uint16_t port = acceptor.local_endpoint().port();
  mutable std::mutex mutex;
  std::vector<SmallRequest> requests;
  std::size_t connections = 0;
  std::thread thread;

  asio::awaitable<void> accept() {
    for (;;) {
      tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
      {
        const std::lock_guard lock(mutex);
        ++connections;
      }
      asio::co_spawn(context, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    boost::beast::flat_buffer buffer;
    for (;;) {
      http::request<http::string_body> request;
      co_await http::async_read(socket, buffer, request, asio::use_awaitable);
      const SmallRequest small{std::string(request.method_string()), std::string(request.target()),
                               std::string(request[http::field::authorization]),
                               std::string(request["Idempotency-Key"]), request.body()};
      {
        const std::lock_guard lock(mutex);
        requests.push_back(small);
      }
      const SmallAnswer wanted = answer(small);
      if (wanted.hang_up) co_return;
      http::response<http::string_body> response;
      response.result(wanted.status);
      response.set(http::field::content_type, wanted.content_type);
      response.body() = wanted.body;
      response.prepare_payload();
      co_await http::async_write(socket, response, asio::use_awaitable);
    }
  }
};

SmallServer::SmallServer(std::function<SmallAnswer(const SmallRequest&)> answer)
    : running_(std::make_unique<Running>()) {
  running_->answer = std::move(answer);
  asio::co_spawn(running_->context, running_->accept(), asio::detached);
  running_->thread = std::thread([this] { running_->context.run(); });
}

SmallServer::~SmallServer() {
  running_->context.stop();
  running_->thread.join();
}

std::string SmallServer::url() const {
  return "http://127.0.0.1:" + std::to_string(running_->port);
}

std::vector<SmallRequest> SmallServer::requests() const {
  const std::lock_guard lock(running_->mutex);
  return running_->requests;
}

std::size_t SmallServer::connections() const {
  const std::lock_guard lock(running_->mutex);
  return running_->connections;
}
