// Redis Streams, appendfsync always: each entry under its own id, which must grow.
// https://redis.io/docs/latest/develop/reference/protocol-spec/
#include "tests/bench/rivals/rival.h"
#include "tests/bench/rivals/socket_writers.h"
#include "tests/bench/store_load.h"

namespace rookery::bench {
namespace {

std::string command(const std::vector<std::string>& words) {
  std::string out = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) {
    out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return out;
}

class RedisDialect final : public Dialect {
 public:
  void open(const Connection&, std::size_t) override {}
  std::string request(std::size_t writer, std::uint64_t version) override {
    return command({"XADD", "stream:" + std::to_string(writer), std::to_string(version) + "-1",
                    "event", event_bytes(), "answer", answer_bytes()});
  }
  std::size_t answer(std::size_t, std::string_view received) override {
    if (received.starts_with('-')) die("redis: " + std::string(received));
    const std::size_t length_end = received.find("\r\n");
    if (length_end == std::string_view::npos) return 0;
    const std::size_t end = received.find("\r\n", length_end + 2);
    return end == std::string_view::npos ? 0 : end + 2;
  }
};

}  // namespace

std::unique_ptr<Rival> start_redis(const std::filesystem::path& folder, std::size_t writers) {
  const auto program = find_program({"/usr/bin/redis-server"});
  if (!program) return nullptr;
  const std::string socket = (folder / "socket").string();
  auto server = std::make_unique<ServerProcess>(
      std::vector<std::string>{*program, "--port", "0", "--unixsocket", socket, "--dir",
                               folder.string(), "--save", "", "--appendonly", "yes",
                               "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"},
      "", folder / "output");
  return std::make_unique<SocketRival>("redis", true, std::move(server), UnixSocket{socket},
                                       std::make_unique<RedisDialect>(), writers);
}

}  // namespace rookery::bench
