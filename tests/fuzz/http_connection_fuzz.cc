// Any bytes on an HTTP connection: each is answered in HTTP or closed, and the server goes on.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <string_view>
#include <thread>

#include "actors/gateway/http_server.h"
#include "tests/fuzz/target.h"

using namespace rookery;

namespace {

constexpr int kPatienceMs = 20'000;
constexpr std::size_t kBodyBytesMax = 2048;

HttpLimits limits() {
  HttpLimits out;
  out.header_bytes_max = 1024;
  out.body_bytes_max = kBodyBytesMax;
  return out;
}

asio::awaitable<Answer> respond(RawRequest request) {
  fuzz::require(request.body.size() <= kBodyBytesMax, "a body keeps its limit");
  Answer answer;
  answer.body["target"] = std::move(request.target);
  answer.body["key"] = std::move(request.idempotency_key);
  co_return answer;
}

// One server for all inputs, with a thread of its own; it runs until the process ends.
class Server {
 public:
  Server() : server_(io_, limits(), respond) {
    fuzz::require(server_.listen("127.0.0.1", 0).ok(), "a socket can be bound");
    std::thread([this] { io_.run(); }).detach();
  }
  std::uint16_t port() const { return server_.port(); }

 private:
  asio::io_context io_{1};
  HttpServer server_;
};

int connected(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  fuzz::require(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
                "the server takes connections");
  // Closing resets: else thousands of closed connections would hold every port.
  const linger none{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  return socket;
}

// Sends all, says that nothing more comes, and reads until the server closes.
std::string talk(std::uint16_t port, std::string_view said) {
  const int socket = connected(port);
  while (!said.empty()) {
    const ssize_t sent = ::send(socket, said.data(), said.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;  // refused before its end
    said.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(socket, SHUT_WR);
  std::string heard;
  for (;;) {
    pollfd readable{socket, POLLIN, 0};
    fuzz::require(::poll(&readable, 1, kPatienceMs) == 1, "the server answers or closes");
    char part[4096];
    const ssize_t size = ::recv(socket, part, sizeof part, 0);
    if (size <= 0) break;
    heard.append(part, static_cast<std::size_t>(size));
  }
  ::close(socket);
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static Server& server = *new Server;  // its thread never ends
  const std::string heard = talk(
      server.port(), {reinterpret_cast<const char*>(bytes), std::min<std::size_t>(size, 8192)});
  fuzz::require(heard.empty() || heard.starts_with("HTTP/1.1 "), "an answer is HTTP");
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  std::vector<Seed> out;
  const std::string large =
      "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1100, 'x') + "\r\n\r\n";
  for (const auto& [name, text] : std::initializer_list<std::pair<const char*, std::string>>{
           {"get", "GET /v1/health?a=%20b HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n"},
           {"pipeline", "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.0\r\n\r\n"},
           {"post",
            "POST /v1/phones HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\nContent-Length: 2\r\n"
            "\r\n{}"},
           {"chunked",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\n"
            "T: x\r\n\r\n"},
           {"expect",
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9999\r\n\r\n"},
           {"large_header", large}}) {
    out.push_back({name, {text.begin(), text.end()}});
  }
  return out;
}
