// NATS JetStream, one file stream; each message expects the stream's last one of its subject.
// Debian 12's server (2.9) cannot sync each message: its answers are not durable, and it is no
// measure for stores whose answers are. https://docs.nats.io/reference/reference-protocols
#include <charconv>
#include <fstream>

#include "tests/bench/rivals/rival.h"
#include "tests/bench/rivals/socket_writers.h"
#include "tests/bench/store_load.h"

namespace rookery::bench {
namespace {

std::size_t line_end(std::string_view received) {
  const std::size_t end = received.find("\r\n");
  return end == std::string_view::npos ? 0 : end + 2;
}

// MSG subject sid size CRLF payload CRLF, after a PING that no bench runs long enough to answer.
std::size_t message_end(std::string_view received) {
  constexpr std::string_view kPing = "PING\r\n";
  const std::size_t begin = received.starts_with(kPing) ? kPing.size() : 0;
  const std::size_t head_size = line_end(received.substr(begin));
  if (head_size == 0) return 0;
  const std::size_t head = begin + head_size;
  const std::string_view line = received.substr(begin, head_size - 2);
  if (!line.starts_with("MSG ")) die("nats: " + std::string(line));
  const std::size_t digits = line.rfind(' ') + 1;
  std::size_t size = 0;
  std::from_chars(line.data() + digits, line.data() + line.size(), size);
  return received.size() < head + size + 2 ? 0 : head + size + 2;
}

class NatsDialect final : public Dialect {
 public:
  explicit NatsDialect(std::size_t writers) : last_(writers) {}

  void open(const Connection& connection, std::size_t writer) override {
    connection.receive(line_end);  // INFO
    const std::string inbox = "answers." + std::to_string(writer);
    connection.send("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true}\r\nSUB " +
                    inbox + " 1\r\n");
    if (writer > 0) return;
    const std::string stream =
        R"({"name":"EVENTS","subjects":["events.*"],"storage":"file","num_replicas":1})";
    connection.send("PUB $JS.API.STREAM.CREATE.EVENTS " + inbox + " " +
                    std::to_string(stream.size()) + "\r\n" + stream + "\r\n");
    const std::string made = connection.receive(message_end);
    if (made.find("\"error\"") != std::string::npos) die("nats: " + made);
  }
  std::string request(std::size_t writer, std::uint64_t) override {
    const std::string header =
        "NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: " + std::to_string(last_[writer]) +
        "\r\n\r\n";
    const std::string number = std::to_string(writer);
    const std::size_t size = header.size() + event_bytes().size() + answer_bytes().size();
    return "HPUB events." + number + " answers." + number + " " + std::to_string(header.size()) +
           " " + std::to_string(size) + "\r\n" + header + event_bytes() + answer_bytes() + "\r\n";
  }
  std::size_t answer(std::size_t writer, std::string_view received) override {
    const std::size_t size = message_end(received);
    if (size == 0) return 0;
    constexpr std::string_view kSequence = "\"seq\":";
    const std::size_t at = received.find(kSequence);
    if (at >= size) die("nats: " + std::string(received));
    std::from_chars(received.data() + at + kSequence.size(), received.data() + size, last_[writer]);
    return size;
  }

 private:
  std::vector<std::uint64_t> last_;
};

}  // namespace

std::unique_ptr<Rival> start_nats(const std::filesystem::path& folder, std::size_t writers) {
  const auto program = find_program({"/usr/sbin/nats-server", "/usr/bin/nats-server"});
  if (!program) return nullptr;
  const std::uint16_t port = free_port();
  const std::filesystem::path config = folder / "config";
  std::ofstream(config) << "listen: \"127.0.0.1:" << port << "\"\nping_interval: \"1h\"\n"
                        << "jetstream { store_dir: \"" << folder.string() << "\" }\n";
  auto server = std::make_unique<ServerProcess>(
      std::vector<std::string>{*program, "-c", config.string()}, "", folder / "output");
  return std::make_unique<SocketRival>("nats", false, std::move(server), LoopbackPort{port},
                                       std::make_unique<NatsDialect>(writers), writers);
}

}  // namespace rookery::bench
