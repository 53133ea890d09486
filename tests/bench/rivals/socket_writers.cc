#include "tests/bench/rivals/socket_writers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "eventstore/envelope_codec.h"
#include "schemas/result.h"
#include "tests/bench/store_load.h"

namespace rookery::bench {
namespace {

// -1: it does not listen yet.
int try_connect(const ServerAddress& address) {
  const bool local = std::holds_alternative<UnixSocket>(address);
  const int socket = ::socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) die("no socket");
  int result = -1;
  if (local) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::get<UnixSocket>(address).path.copy(to.sun_path, sizeof to.sun_path - 1);
    result = connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  } else {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(std::get<LoopbackPort>(address).port);
    const int at_once = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    result = connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  if (result == 0) return socket;
  close(socket);
  return -1;
}

std::size_t receive_some(int socket, std::string& into) {
  std::array<char, 16384> bytes{};
  const ssize_t size = recv(socket, bytes.data(), bytes.size(), 0);
  if (size <= 0) die("a store closed a connection");
  into.append(bytes.data(), static_cast<std::size_t>(size));
  return static_cast<std::size_t>(size);
}

}  // namespace

Connection::Connection(const ServerAddress& address, const ServerProcess& server) {
  while ((socket_ = try_connect(address)) < 0) {
    server.require_running();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Connection::~Connection() {
  if (socket_ >= 0) close(socket_);
}

Connection::Connection(Connection&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

void Connection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) die(std::string("a store takes nothing: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string Connection::receive(const std::function<std::size_t(std::string_view)>& whole) const {
  std::string received;
  std::size_t size = 0;
  while ((size = whole(received)) == 0) receive_some(socket_, received);
  return received.substr(0, size);
}

SocketRival::SocketRival(std::string name, bool durable, std::unique_ptr<ServerProcess> server,
                         const ServerAddress& address, std::unique_ptr<Dialect> dialect,
                         std::size_t writers)
    : name_(std::move(name)),
      durable_(durable),
      server_(std::move(server)),
      dialect_(std::move(dialect)),
      ready_(epoll_create1(EPOLL_CLOEXEC)) {
  for (std::size_t i = 0; i < writers; ++i) {
    writers_.push_back({Connection(address, *server_), 0, {}});
    dialect_->open(writers_[i].connection, i);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.u64 = i;
    if (epoll_ctl(ready_, EPOLL_CTL_ADD, writers_[i].connection.socket(), &wanted) != 0) {
      die("epoll failed");
    }
  }
}

SocketRival::~SocketRival() { close(ready_); }

void SocketRival::send(std::size_t writer) {
  writers_[writer].connection.send(dialect_->request(writer, ++writers_[writer].version));
}

bool SocketRival::answered(std::size_t writer) {
  Writer& of = writers_[writer];
  receive_some(of.connection.socket(), of.received);
  const std::size_t size = dialect_->answer(writer, of.received);
  of.received.erase(0, size);
  return size > 0;
}

void SocketRival::run(std::uint64_t appends) {
  std::uint64_t to_send = appends - writers_.size();
  std::uint64_t missing = appends;
  for (std::size_t i = 0; i < writers_.size(); ++i) send(i);
  std::array<epoll_event, 64> ready{};
  while (missing > 0) {
    const int count = epoll_wait(ready_, ready.data(), static_cast<int>(ready.size()), 10'000);
    if (count <= 0) die(name_ + " does not answer");
    for (int i = 0; i < count; ++i) {
      const std::size_t writer = ready[static_cast<std::size_t>(i)].data.u64;
      if (!answered(writer)) continue;
      --missing;
      if (to_send == 0) continue;
      --to_send;
      send(writer);
    }
  }
}

const std::string& event_bytes() {
  static const std::string bytes = random_bytes(kEnvelopeHeaderBytes + kPayloadBytes);
  return bytes;
}

const std::string& answer_bytes() {
  static const std::string bytes = random_bytes(kAnswerBytes);
  return bytes;
}

}  // namespace rookery::bench
