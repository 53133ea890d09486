#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

}  // namespace

BOOST_AUTO_TEST_SUITE(http_border)

BOOST_AUTO_TEST_CASE(every_error_is_json_with_a_code_and_a_message) {
  TestNode node;
  HttpClient client = node.nobody();
  const Reply reply = client.get("/nowhere");
  BOOST_TEST(reply.status == 404u);
  BOOST_TEST(reply.content_type == "application/json");
  BOOST_TEST(reply.error_code() == "not_found");
  BOOST_TEST(!reply.body["error"]["message"].get<std::string>().empty());
}

BOOST_AUTO_TEST_CASE(a_known_path_with_a_wrong_method_names_the_right_ones) {
  TestNode node;
  HttpClient client = node.nobody();
  const Reply reply = client.request("PUT", "/v1/phones", "{}");
  BOOST_TEST(reply.status == 405u);
  BOOST_TEST(reply.allow == "POST, GET");
}

BOOST_AUTO_TEST_CASE(bodies_must_be_json_objects) {
  TestNode node;
  HttpClient admin = node.admin();
  for (const char* body : {"{", "[]", "7", "null", "{\"name\":\"\xff\"}", "{\"name\":7}", "{}",
                           "{\"name\":\"x\",\"extra\":1}"}) {
    const Reply reply = admin.request("POST", "/v1/organizations", body);
    BOOST_TEST(reply.status == 400u, body);
    BOOST_TEST(!reply.error_code().empty(), body);
  }
  const std::string deep(100'000, '[');
  BOOST_TEST(admin.request("POST", "/v1/organizations", deep).status == 400u);
  BOOST_TEST(admin.get("/v1/me").status == 200u, "the connection lives on");
}

BOOST_AUTO_TEST_CASE(oversize_bodies_are_refused_and_the_answer_arrives) {
  TestNode node;
  HttpClient admin = node.admin();
  const std::string fits = "{\"name\":\"" + std::string((1 << 20) - 11, 'x') + "\"}";
  BOOST_REQUIRE_EQUAL(fits.size(), std::size_t{1} << 20);
  BOOST_TEST(admin.request("POST", "/v1/organizations", fits).status == 400u,
             "read, name too long");
  const Reply reply = admin.request("POST", "/v1/organizations", fits + " ");
  BOOST_TEST(reply.status == 413u);
  BOOST_TEST(reply.error_code() == "too_large");
  BOOST_TEST(admin.get("/healthz").body["ok"] == true);
}

BOOST_AUTO_TEST_CASE(oversize_headers_and_nonsense_are_refused) {
  TestNode node;
  HttpClient client = node.nobody();
  const std::string big = "GET /healthz HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n";
  BOOST_TEST(status_line(client.send_raw(big)).find("431") != std::string::npos);
  BOOST_TEST(status_line(client.send_raw("nonsense\r\n\r\n")).find("400") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(slow_clients_are_told_and_sent_away) {
  TestNode node;
  HttpClient client = node.nobody();
  const std::string half = "POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{";
  BOOST_TEST(status_line(client.send_raw(half)).find("408") != std::string::npos);
  BOOST_TEST(status_line(client.send_raw("GET /healthz HT")).find("408") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  TestNode node;
  HttpClient client = node.nobody();
  const std::string answer = client.send_raw(
      "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n"
      "Connection: close\r\n\r\n");
  const auto ok = answer.find("HTTP/1.1 200");
  const auto missing = answer.find("HTTP/1.1 404");
  BOOST_TEST(ok != std::string::npos);
  BOOST_TEST(missing != std::string::npos);
  BOOST_TEST(ok < missing);
}

BOOST_AUTO_TEST_CASE(broken_addresses_are_refused) {
  TestNode node;
  HttpClient admin = node.admin();
  BOOST_TEST(admin.get("/v1/phones?phase=%zz").status == 400u);
  BOOST_TEST(admin.get("/v1/phones?phase=%4").status == 400u);
  BOOST_TEST(admin.get("/v1/phones?%70hase=running").status == 200u);
  BOOST_TEST(admin.get("/v1/phones/").status == 404u);
  BOOST_TEST(admin.get("/v1//phones").status == 404u);
  BOOST_TEST(admin.get("/v1/phones/a%2fb").status == 404u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
