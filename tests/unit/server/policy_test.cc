#include "actors/gateway/policy.h"

#include "tests/unit/server/test_node.h"

namespace rookery::test {

BOOST_AUTO_TEST_SUITE(policy)

BOOST_AUTO_TEST_CASE(action_patterns_match_as_iam_does) {
  BOOST_TEST(matches_action("KooPhone:*", "KooPhone:phone:get"));
  BOOST_TEST(matches_action("koophone:*GET*", "KooPhone:phone:get"));
  BOOST_TEST(matches_action("*", ""));
  BOOST_TEST(matches_action("a*b*c", "aXbYbZc"));
  BOOST_TEST(!matches_action("KooPhone:phone:get", "KooPhone:phone:getAll"));
  BOOST_TEST(!matches_action("KooPhone:*list*", "KooPhone:phone:start"));
  BOOST_TEST(!matches_action("", "x"));
}

struct Row {
  const char* method;
  std::string target;
  bool auditor;
  bool member;
};

// Every route against every role, by whether the role may come in at all.
BOOST_AUTO_TEST_CASE(each_role_may_what_it_may) {
  TestNode node;
  node.add_user("aud", "auditor");
  node.add_user("mem", "member");
  HttpClient operators = node.admin();
  HttpClient auditors = node.as("aud");
  HttpClient members = node.as("mem");
  const std::string none = "/000000000000000000000000";
  const Row rows[] = {
      {"GET", "/v1/me", true, true},
      {"POST", "/v1/organizations", false, false},
      {"GET", "/v1/organizations", true, false},
      {"GET", "/v1/organizations" + none, true, false},
      {"POST", "/v1/organizations" + none + "/departments", false, false},
      {"PATCH", "/v1/organizations" + none + "/departments/x", false, false},
      {"DELETE", "/v1/organizations" + none + "/departments/x", false, false},
      {"POST", "/v1/users", false, false},
      {"GET", "/v1/users", true, false},
      {"POST", "/v1/users" + none + "/password", true, true},
      {"POST", "/v1/users" + none + "/disable", false, false},
      {"POST", "/v1/users" + none + "/enable", false, false},
      {"POST", "/v1/phones", false, false},
      {"GET", "/v1/phones", true, true},
      {"GET", "/v1/phones" + none, true, true},
      {"POST", "/v1/phones" + none + "/bind", false, false},
      {"POST", "/v1/phones" + none + "/unbind", false, false},
      {"POST", "/v1/phones" + none + "/start", false, false},
      {"POST", "/v1/phones" + none + "/stop", false, false},
      {"DELETE", "/v1/phones" + none, false, false},
      {"POST", "/v1/phones" + none + "/sessions", false, true},
      {"GET", "/v1/sessions", true, true},
      {"GET", "/v1/sessions" + none, true, true},
      {"DELETE", "/v1/sessions" + none, false, true},
      {"POST", "/v1/phones" + none + "/links", false, true},
      {"GET", "/v1/phones" + none + "/links", true, true},
      {"GET", "/v1/links", true, true},
      {"GET", "/v1/links" + none, true, true},
      {"DELETE", "/v1/links" + none, false, true},
      {"GET", "/v1/actors?kind=phone", true, false},
      {"GET", "/v1/actors/phone" + none, true, false},
      {"GET", "/v1/events", true, false},
      {"GET", "/v1/state/phone" + none, true, false},
      {"GET", "/v1/changes/phone" + none, true, false},
      {"POST", "/v1/phones" + none + "/fork", false, false},
      {"GET", "/v1/who/phone" + none, true, false},
      {"GET", "/v1/states", true, false},
      {"POST", "/v1/store/backups", false, false},
      {"GET", "/v1/audit/checkpoint", true, false},
      {"GET", "/v1/audit/proof?position=1", true, false},
      {"GET", "/v1/audit/consistency?from=1&to=1", true, false},
      {"GET", "/v1/audit/leaves", true, false},
  };
  for (const Row& row : rows) {
    const std::string body = row.method[0] == 'P' ? "{}" : "";
    BOOST_TEST_CONTEXT(row.method << " " << row.target) {
      const auto allowed = [&](HttpClient& client) {
        return client.request(row.method, row.target, body).status != 403;
      };
      BOOST_TEST(allowed(operators));
      BOOST_TEST(allowed(auditors) == row.auditor);
      BOOST_TEST(allowed(members) == row.member);
      BOOST_TEST(node.nobody().request(row.method, row.target, body).status == 401u);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
