#include <thread>

#include "actors/gateway/client_address.h"
#include "actors/gateway/link_secret.h"
#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

void stand_behind_proxy(GatewayOptions& options) {
  options.public_url = "https://phones.example";
  options.trusted_proxies = {"127.0.0.1"};
}

// Opens the link by a proxy that says this; the status, and whom the log names.
std::pair<std::string, Json> open_as(TestNode& node, const Json& link, const std::string& said) {
  const Json proof = {{"proof", proof_to_open(link["secret"].get<std::string>())}};
  const std::string body = proof.dump();
  const std::string answer = node.nobody().send_raw(
      "POST /v1/links/" + link["link_id"].get<std::string>() +
      "/open HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: " + said +
      "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  const Json events = node.admin().get("/v1/events?type=Link.Used").body["items"];
  return {answer.substr(9, 3), events.empty() ? Json() : events.back()["data"]["remote_address"]};
}

Json make_link(TestNode& node) {
  const Json phone = node.add_running_phone("p", node.add_user("ann", "member"));
  return node.as("ann").post("/v1/" + path_of(phone) + "/links").body;
}

BOOST_AUTO_TEST_SUITE(behind_a_proxy)

BOOST_AUTO_TEST_CASE(links_begin_with_the_public_address) {
  TestNode node(stand_behind_proxy);
  const Json link = make_link(node);
  BOOST_TEST(link["url"].get<std::string>() ==
             "https://phones.example" + link["path"].get<std::string>());
}

BOOST_AUTO_TEST_CASE(the_log_names_whom_a_trusted_proxy_names) {
  TestNode node(stand_behind_proxy);
  const auto [status, named] = open_as(node, make_link(node), "198.51.100.1, 203.0.113.9");
  BOOST_TEST(status == "201");
  BOOST_TEST(named == "203.0.113.9", "what stands before came from the client itself");
}

BOOST_AUTO_TEST_CASE(a_stream_is_of_whom_a_trusted_proxy_names) {
  const auto remote = [](TestNode& node) {
    node.host.keeps_streams = true;
    std::string answer;
    std::thread client([&] {
      answer = node.nobody().send_raw(
          "GET /v1/stream HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
          "X-Forwarded-For: 203.0.113.9\r\n\r\n");
    });
    std::unique_ptr<ByteStream> stream;
    BOOST_TEST(eventually([&] { return (stream = node.host.kept_stream()) != nullptr; }));
    const std::string named = stream ? stream->remote() : "nobody";
    stream.reset();  // closes it
    client.join();
    BOOST_TEST(answer.starts_with("HTTP/1.1 101 "));
    return named;
  };
  TestNode proxied(stand_behind_proxy);
  BOOST_TEST(remote(proxied) == "203.0.113.9");
  TestNode direct;
  BOOST_TEST(remote(direct).starts_with("127.0.0.1:"), "with the port, where there is no proxy");
}

BOOST_AUTO_TEST_CASE(nobody_else_is_believed) {
  TestNode node;
  const auto [status, named] = open_as(node, make_link(node), "203.0.113.9");
  BOOST_TEST(status == "201");
  BOOST_TEST(named == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(the_first_address_that_is_no_proxy_s_counts) {
  const std::vector<std::string> proxies = {"10.0.0.1", "10.0.0.2", "fd00::1"};
  const auto from = [&](const std::string& peer, const std::string& said) {
    return client_address(peer, said, proxies);
  };
  BOOST_TEST(from("192.0.2.1", "203.0.113.9") == "192.0.2.1");
  BOOST_TEST(from("10.0.0.1", "") == "10.0.0.1");
  BOOST_TEST(from("10.0.0.1", "203.0.113.9") == "203.0.113.9");
  BOOST_TEST(from("10.0.0.1", "6.6.6.6, 203.0.113.9,10.0.0.2") == "203.0.113.9");
  BOOST_TEST(from("10.0.0.1", "10.0.0.2, 10.0.0.1") == "10.0.0.2");
  BOOST_TEST(from("::ffff:10.0.0.1", "::ffff:203.0.113.9") == "203.0.113.9");
  BOOST_TEST(from("fd00::1", " 2001:db8::5 ") == "2001:db8::5");
  for (const char* wrong : {"unknown", "203.0.113.9:80", "<b>", ",", "1.2.3.4.5"}) {
    BOOST_TEST(from("10.0.0.1", wrong) == "10.0.0.1", wrong);
    BOOST_TEST(from("10.0.0.1", std::string("6.6.6.6, ") + wrong) == "10.0.0.1", wrong);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::test
