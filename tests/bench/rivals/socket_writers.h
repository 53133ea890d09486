// Writers in a closed loop over sockets, one connection a writer, driven by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tests/bench/rivals/rival.h"
#include "tests/bench/rivals/server_process.h"

namespace rookery::bench {

struct UnixSocket {
  std::string path;
};
struct LoopbackPort {
  std::uint16_t port = 0;
};
using ServerAddress = std::variant<UnixSocket, LoopbackPort>;

// A connection that waits: for what comes before the load.
class Connection {
 public:
  // Tries until the server answers; dies when it ended.
  Connection(const ServerAddress& address, const ServerProcess& server);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;

  void send(std::string_view bytes) const;
  // Reads until `whole` says of how many bytes the answer is (0: not all is there).
  std::string receive(const std::function<std::size_t(std::string_view)>& whole) const;
  int socket() const { return socket_; }

 private:
  int socket_ = -1;
};

// How a store is spoken to.
class Dialect {
 public:
  virtual ~Dialect() = default;
  // Logs in, prepares.
  virtual void open(const Connection& connection, std::size_t writer) = 0;
  // Appends `version` (from 1 on) to the writer's stream.
  virtual std::string request(std::size_t writer, std::uint64_t version) = 0;
  // How many bytes at the buffer's beginning answer the request; 0 when not all are there. Dies
  // when they refuse it.
  virtual std::size_t answer(std::size_t writer, std::string_view received) = 0;
};

class SocketRival final : public Rival {
 public:
  SocketRival(std::string name, bool durable, std::unique_ptr<ServerProcess> server,
              const ServerAddress& address, std::unique_ptr<Dialect> dialect, std::size_t writers);
  ~SocketRival() override;
  const std::string& name() const override { return name_; }
  bool durable() const override { return durable_; }
  void run(std::uint64_t appends) override;

 private:
  struct Writer {
    Connection connection;
    std::uint64_t version = 0;
    std::string received;
  };

  void send(std::size_t writer);
  bool answered(std::size_t writer);

  const std::string name_;
  const bool durable_;
  const std::unique_ptr<ServerProcess> server_;
  const std::unique_ptr<Dialect> dialect_;
  std::vector<Writer> writers_;
  int ready_ = -1;  // epoll
};

// The bytes of one event as Rookery stores it, and of the answer kept beside it.
const std::string& event_bytes();
const std::string& answer_bytes();

}  // namespace rookery::bench
