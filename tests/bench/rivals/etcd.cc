// etcd, one member: a transaction an event, that fails when the version is there. Through its JSON
// gateway, which costs it some of its speed. https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/
#include <sodium.h>

#include <charconv>

#include "tests/bench/rivals/rival.h"
#include "tests/bench/rivals/socket_writers.h"
#include "tests/bench/store_load.h"

namespace rookery::bench {
namespace {

std::string base64(const std::string& bytes) {
  std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.resize(out.size() - 1);
  return out;
}

class EtcdDialect final : public Dialect {
 public:
  void open(const Connection&, std::size_t) override {}
  std::string request(std::size_t writer, std::uint64_t version) override {
    const std::string key = base64(std::to_string(writer) + "/" + std::to_string(version));
    const std::string body =
        R"({"compare":[{"key":")" + key +
        R"(","target":"VERSION","result":"EQUAL","version":"0"}],"success":[{"requestPut":{"key":")" +
        key + R"(","value":")" + value_ + R"("}}]})";
    return "POST /v3/kv/txn HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  std::size_t answer(std::size_t, std::string_view received) override {
    const std::size_t head = received.find("\r\n\r\n");
    if (head == std::string_view::npos) return 0;
    constexpr std::string_view kLength = "Content-Length: ";
    const std::size_t length = received.find(kLength);
    std::size_t size = 0;
    if (length >= head) die("etcd: " + std::string(received));
    std::from_chars(received.data() + length + kLength.size(), received.data() + head, size);
    if (received.size() < head + 4 + size) return 0;
    const std::string_view body = received.substr(head + 4, size);
    if (body.find("\"succeeded\":true") == std::string_view::npos)
      die("etcd: " + std::string(body));
    return head + 4 + size;
  }

 private:
  const std::string value_ = base64(event_bytes() + answer_bytes());
};

}  // namespace

std::unique_ptr<Rival> start_etcd(const std::filesystem::path& folder, std::size_t writers) {
  const auto program = find_program({"/usr/bin/etcd"});
  if (!program) return nullptr;
  const std::uint16_t port = free_port();
  const std::string clients = "http://127.0.0.1:" + std::to_string(port);
  const std::string peers = "http://127.0.0.1:" + std::to_string(free_port());
  auto server = std::make_unique<ServerProcess>(
      std::vector<std::string>{*program, "--data-dir", (folder / "data").string(),
                               "--listen-client-urls", clients, "--advertise-client-urls", clients,
                               "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
                               "--initial-cluster", "default=" + peers, "--quota-backend-bytes",
                               "8589934592", "--log-level", "error"},
      "", folder / "output");
  return std::make_unique<SocketRival>("etcd", true, std::move(server), LoopbackPort{port},
                                       std::make_unique<EtcdDialect>(), writers);
}

}  // namespace rookery::bench
