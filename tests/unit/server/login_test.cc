#include <set>
#include <vector>

#include "actors/gateway/api.h"
#include "actors/gateway/token.h"
#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

std::size_t count_events(TestNode& node, const std::string& type) {
  return node.admin().get("/v1/events?type=" + type).body["items"].size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(login)

BOOST_AUTO_TEST_CASE(gives_a_token_that_opens_the_api) {
  TestNode node;
  HttpClient client = node.nobody();
  const Reply reply = client.post("/v1/login", {{"login", "root"}, {"password", kPassword}});
  BOOST_REQUIRE_EQUAL(reply.status, 200u);
  BOOST_TEST(reply.body["role"] == "operator");
  BOOST_TEST(reply.body["expires_us"] == node.clock.now_us() + kTokenLifetimeUs);
  client.token = reply.body["token"];
  const Reply me = client.get("/v1/me");
  BOOST_TEST(me.status == 200u);
  BOOST_TEST(me.body["login"] == "root");
  BOOST_TEST(me.body["user"] == reply.body["user"]);
}

BOOST_AUTO_TEST_CASE(answers_unknown_logins_and_wrong_passwords_alike) {
  TestNode node;
  HttpClient client = node.nobody();
  const Reply wrong = client.post("/v1/login", {{"login", "root"}, {"password", "wrong horse"}});
  const Reply unknown = client.post("/v1/login", {{"login", "nemo"}, {"password", kPassword}});
  BOOST_TEST(wrong.status == 401u);
  BOOST_TEST(unknown.status == 401u);
  BOOST_TEST(wrong.body == unknown.body);
}

BOOST_AUTO_TEST_CASE(many_wrong_tries_have_to_wait_and_leave_no_more_traces) {
  TestNode node;
  HttpClient client = node.nobody();
  const Json wrong{{"login", "root"}, {"password", "wrong horse"}};
  for (int i = 0; i < 10; ++i) BOOST_TEST(client.post("/v1/login", wrong).status == 401u);
  BOOST_TEST(client.post("/v1/login", wrong).status == 429u);
  const Json right{{"login", "root"}, {"password", kPassword}};
  BOOST_TEST(client.post("/v1/login", right).status == 429u, "a guesser learns nothing");
  node.clock.now += Api::kTriesSpanUs;
  for (int i = 0; i < 20; ++i) BOOST_TEST(client.post("/v1/login", right).status == 200u);
  BOOST_TEST(count_events(node, "User.SignInFailed") == 10u);
}

BOOST_AUTO_TEST_CASE(logins_that_nobody_has_make_no_streams) {
  TestNode node;
  HttpClient client = node.nobody();
  for (int i = 0; i < 70; ++i) {
    const Json unknown{{"login", "nobody" + std::to_string(i)}, {"password", kPassword}};
    BOOST_TEST(client.post("/v1/login", unknown).status == (i < 60 ? 401u : 429u));
  }
  node.clock.now += Api::kTriesSpanUs;
  const Json refused = node.admin().get("/v1/events?type=CommandRefused").body["items"];
  BOOST_TEST(refused.size() == 60u);
  std::set<std::string> streams;
  for (const Json& one : refused) streams.insert(one.dump().substr(one.dump().find("user/"), 30));
  BOOST_TEST(streams.size() == 1u);
}

BOOST_AUTO_TEST_CASE(is_an_event_of_the_user_good_or_bad) {
  TestNode node;
  const std::size_t before = count_events(node, "User.SignedIn");
  node.nobody().post("/v1/login", {{"login", "root"}, {"password", "wrong horse"}});
  BOOST_TEST(count_events(node, "User.SignInFailed") == 1u);
  BOOST_TEST(count_events(node, "User.SignedIn") > before);
}

BOOST_AUTO_TEST_CASE(no_attempt_hides_behind_the_key_of_another) {
  TestNode node;
  HttpClient client = node.nobody();
  const std::size_t before = count_events(node, "User.SignedIn");
  client.idempotency_key = "same";
  client.post("/v1/login", {{"login", "root"}, {"password", "wrong horse"}});
  client.idempotency_key = "same";
  const Reply right = client.post("/v1/login", {{"login", "root"}, {"password", kPassword}});
  BOOST_TEST(right.status == 200u);
  // Counting signs in as well.
  BOOST_TEST(count_events(node, "User.SignedIn") >= before + 2);
  BOOST_TEST(count_events(node, "User.SignInFailed") == 1u);
}

BOOST_AUTO_TEST_CASE(a_token_ends_with_its_password) {
  TestNode node;
  const Json user = node.add_user("ann", "member");
  HttpClient ann = node.as("ann");
  BOOST_TEST(node.admin()
                 .post("/v1/" + path_of(user) + "/password", {{"password", "another long one"}})
                 .status == 200u);
  BOOST_TEST(ann.get("/v1/me").status == 401u);
  const Reply again = ann.post("/v1/login", {{"login", "ann"}, {"password", "another long one"}});
  BOOST_REQUIRE_EQUAL(again.status, 200u);
  ann.token = again.body["token"];
  BOOST_TEST(ann.get("/v1/me").status == 200u);
}

BOOST_AUTO_TEST_CASE(refuses_a_disabled_user_and_their_token) {
  TestNode node;
  const Json user = node.add_user("ann", "member");
  HttpClient ann = node.as("ann");
  HttpClient admin = node.admin();
  BOOST_TEST(admin.post("/v1/" + path_of(user) + "/disable", {{"reason", "left"}}).status == 200u);
  BOOST_TEST(ann.get("/v1/me").status == 401u);
  const Reply again = ann.post("/v1/login", {{"login", "ann"}, {"password", kPassword}});
  BOOST_TEST(again.status == 403u);
  BOOST_TEST(admin.post("/v1/" + path_of(user) + "/enable").status == 200u);
  BOOST_TEST(ann.get("/v1/me").status == 200u);
}

BOOST_AUTO_TEST_CASE(tokens_are_refused_when_missing_forged_or_expired) {
  TestNode node;
  HttpClient client = node.nobody();
  BOOST_TEST(client.get("/v1/me").status == 401u);
  client.token = "bm90IGEgdG9rZW4";
  BOOST_TEST(client.get("/v1/me").status == 401u);
  client.token = node.admin().token;
  BOOST_TEST(client.get("/v1/me").status == 200u);
  const std::string good = client.token;
  for (std::size_t i = 0; i < good.size(); ++i) {
    client.token = good;
    client.token[i] = client.token[i] == 'A' ? 'B' : 'A';
    BOOST_TEST(client.get("/v1/me").status == 401u, "changed character " << i);
  }
  client.token = good;
  node.clock.now += kTokenLifetimeUs - 1;
  BOOST_TEST(client.get("/v1/me").status == 200u);
  node.clock.now += 1;
  const Reply late = client.get("/v1/me");
  BOOST_TEST(late.status == 401u);
  BOOST_TEST(late.error_code() == "token_expired");
}

BOOST_AUTO_TEST_CASE(a_token_of_another_key_is_forged) {
  SecretKey ours{};
  SecretKey theirs{};
  theirs[31] = 1;
  const std::string token = TokenSealer(theirs).seal({{}, 100});
  BOOST_TEST(std::holds_alternative<TokenClaims>(TokenSealer(theirs).open(token, 99)));
  const auto opened = TokenSealer(ours).open(token, 99);
  BOOST_REQUIRE(std::holds_alternative<TokenProblem>(opened));
  BOOST_TEST((std::get<TokenProblem>(opened) == TokenProblem::kForged));
  for (std::size_t size = 0; size < token.size(); ++size) {
    const auto cut = TokenSealer(theirs).open(token.substr(0, size), 99);
    BOOST_TEST(std::holds_alternative<TokenProblem>(cut), "cut to " << size);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
