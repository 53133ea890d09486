#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <thread>

#include "actors/gateway/socket_stream.h"
#include "tests/unit/server/self_signed.h"
#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

// A blocking TLS client that trusts anybody.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port)
      : context_(SSL_CTX_new(TLS_client_method())), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    tls_ = SSL_new(context_);
    SSL_set_fd(tls_, socket_);
    BOOST_REQUIRE(SSL_connect(tls_) == 1);
  }
  ~TlsClient() {
    SSL_free(tls_);
    SSL_CTX_free(context_);
    ::close(socket_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  void write(const std::string& text) {
    BOOST_REQUIRE(SSL_write(tls_, text.data(), static_cast<int>(text.size())) > 0);
  }
  // Until `end` has come, or the connection's end.
  std::string read_to(const std::string& end) {
    std::string text;
    std::array<char, 4096> part{};
    while (end.empty() || text.find(end) == std::string::npos) {
      const int count = SSL_read(tls_, part.data(), static_cast<int>(part.size()));
      if (count <= 0) break;
      text.append(part.data(), static_cast<std::size_t>(count));
    }
    return text;
  }
  std::string read_some(std::size_t size) {
    std::string text(size, 0);
    std::size_t at = 0;
    while (at < size) {
      const int count = SSL_read(tls_, text.data() + at, static_cast<int>(size - at));
      BOOST_REQUIRE(count > 0);
      at += static_cast<std::size_t>(count);
    }
    return text;
  }
  const char* version() const { return SSL_get_version(tls_); }

 private:
  SSL_CTX* context_;
  int socket_;
  SSL* tls_ = nullptr;
};

struct Scene {
  SelfSigned files;
  TestNode node{files.chain_file().string(), files.key_file().string()};
  Scene() { std::signal(SIGPIPE, SIG_IGN); }
};

void wait_for(const ByteStream& stream, short what) {
  pollfd ready{stream.fd(), what, 0};
  poll(&ready, 1, 100);
}

BOOST_FIXTURE_TEST_SUITE(tls, Scene)

BOOST_AUTO_TEST_CASE(the_api_and_the_page_come_over_https) {
  TlsClient client(node.server->port());
  BOOST_TEST(std::string(client.version()) == "TLSv1.3");
  client.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(client.read_to("}\n").starts_with("HTTP/1.1 200 OK\r\n"));
  const std::string large(300'000, 'x');
  client.write("POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + large);
  BOOST_TEST(client.read_to("}\n").starts_with("HTTP/1.1 400 "));
  client.write("GET /p/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  BOOST_TEST(client.read_to("").ends_with("<p>the page</p>"));
}

BOOST_AUTO_TEST_CASE(a_websocket_stays_sealed_when_it_leaves_the_gateway) {
  node.host.keeps_streams = true;
  TlsClient client(node.server->port());
  client.write(
      "GET /v1/stream HTTP/1.1\r\nHost: a\r\nOrigin: https://a\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\n\r\nearly");
  BOOST_TEST(client.read_to("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  std::unique_ptr<ByteStream> stream;
  BOOST_REQUIRE(eventually([&] { return (stream = node.host.kept_stream()) != nullptr; }));
  client.write(", late");
  std::string heard;
  BOOST_REQUIRE(eventually([&] {
    std::array<std::uint8_t, 64> part{};
    const auto count = stream->read(part);
    if (count > 0) heard.append(part.begin(), part.begin() + count);
    if (count == 0) wait_for(*stream, POLLIN);
    return heard.size() >= 11;
  }));
  BOOST_TEST(heard == "early, late");
  // More than the network holds at once: parts go out as there is room.
  std::string much(1'000'000, 0);
  for (std::size_t i = 0; i < much.size(); ++i) much[i] = static_cast<char>(i * 31 % 251);
  std::string got;
  std::thread reader([&] { got = client.read_some(much.size()); });
  std::size_t sent = 0;
  while (sent < much.size()) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(much.data()) + sent;
    const auto count = stream->write({bytes, much.size() - sent});
    if (count == ByteStream::kEnded) break;
    if (count == 0) wait_for(*stream, POLLOUT);
    sent += static_cast<std::size_t>(count);
  }
  reader.join();
  BOOST_TEST((got == much));
}

BOOST_AUTO_TEST_CASE(links_are_https_addresses) {
  TlsClient client(node.server->port());
  const auto ask = [&](const std::string& target, const std::string& token, const Json& body) {
    const std::string text = body.dump();
    client.write("POST " + target + " HTTP/1.1\r\nHost: phones.example\r\nAuthorization: Bearer " +
                 token + "\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text);
    const std::string answer = client.read_to("}\n");
    return Json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
  };
  const std::string token =
      ask("/v1/login", "", {{"login", "root"}, {"password", kPassword}})["token"];
  const Json organization = to_text(named_entity_id(EntityKind::kOrganization, "first"));
  const Json phone =
      ask("/v1/phones", token, {{"organization", organization}, {"name", "p"}})["id"];
  const Json link = ask("/v1/" + path_of(phone) + "/links", token, Json::object());
  BOOST_TEST(link["url"].get<std::string>().starts_with("https://phones.example/p/#"));
}

BOOST_AUTO_TEST_CASE(plain_http_is_not_understood) {
  BOOST_TEST(
      !node.nobody().send_raw("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP"));
}

BOOST_AUTO_TEST_CASE(files_that_do_not_fit_are_an_error) {
  const SelfSigned other;
  std::ofstream(files.chain_file().string() + ".txt") << "no certificate";
  const auto starts = [&](const std::string& chain, const std::string& key) {
    return make_tls_context(chain, key).ok();
  };
  BOOST_TEST(starts(files.chain_file(), files.key_file()));
  BOOST_TEST(!starts(files.chain_file(), other.key_file()));
  BOOST_TEST(!starts(files.chain_file().string() + ".txt", files.key_file()));
  BOOST_TEST(!starts("/nowhere", files.key_file()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::test
