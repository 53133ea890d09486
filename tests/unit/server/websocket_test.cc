#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

// The example of RFC 6455, section 1.3.
constexpr const char* kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr const char* kAccepted = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

std::string upgrade(const std::string& more, const std::string& key = kKey,
                    const std::string& version = "13") {
  return "GET /v1/stream HTTP/1.1\r\nHost: phones.example:8080\r\nUpgrade: websocket\r\n"
         "Connection: close, Upgrade\r\nSec-WebSocket-Key: " +
         key + "\r\nSec-WebSocket-Version: " + version + "\r\n" + more + "\r\n";
}

BOOST_FIXTURE_TEST_SUITE(websocket, TestNode)

BOOST_AUTO_TEST_CASE(an_upgraded_connection_is_the_host_s) {
  const std::string early = "\x82\x01!";
  const std::string answer =
      nobody().send_raw(upgrade("Origin: http://phones.example:8080\r\n") + early);
  BOOST_TEST(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n"), answer);
  BOOST_TEST(answer.find(kAccepted) != std::string::npos);
  BOOST_REQUIRE(eventually([&] { return host.let_in_count() == 1; }));
  BOOST_TEST(host.early_bytes() == early, "what came with the upgrade is not lost");
}

BOOST_AUTO_TEST_CASE(a_program_without_an_origin_may_come) {
  BOOST_TEST(nobody().send_raw(upgrade("")).starts_with("HTTP/1.1 101 "));
}

BOOST_AUTO_TEST_CASE(what_is_not_a_websocket_of_this_server_is_refused) {
  const auto refused = [&](const std::string& request, const std::string& status) {
    const std::string answer = nobody().send_raw(request);
    BOOST_TEST(answer.starts_with("HTTP/1.1 " + status + " "), answer);
    BOOST_TEST(host.let_in_count() == 0u);
  };
  refused(upgrade("Origin: http://evil.example\r\n"), "403");
  refused(upgrade("Origin: null\r\n"), "403");
  refused(upgrade("", "dG9vIHNob3J0"), "400");
  refused(upgrade("", kKey, "8"), "426");
  refused("GET /v1/stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "400");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::test
