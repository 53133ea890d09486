#include "tests/unit/server/test_node.h"

namespace rookery::test {

BOOST_AUTO_TEST_SUITE(organizations_and_users)

BOOST_AUTO_TEST_CASE(an_organization_is_listed_as_soon_as_it_is_answered) {
  TestNode node;
  HttpClient admin = node.admin();
  for (int i = 0; i < 20; ++i) {
    const Reply made = admin.post("/v1/organizations", {{"name", "Acme " + std::to_string(i)}});
    BOOST_REQUIRE_EQUAL(made.status, 201u);
    BOOST_TEST(made.body["version"] == 1);
    const Reply list = admin.get("/v1/organizations");
    BOOST_TEST(list.body["items"].size() == static_cast<std::size_t>(i) + 2);
  }
}

BOOST_AUTO_TEST_CASE(departments_are_added_renamed_and_removed) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json id = admin.post("/v1/organizations", {{"name", "Acme"}}).body["id"];
  const std::string path = "/v1/" + path_of(id);
  const Reply sales = admin.post(path + "/departments", {{"name", "Sales"}});
  BOOST_REQUIRE_EQUAL(sales.status, 201u);
  const std::string sales_id = sales.body["id"];
  const Reply north = admin.post(path + "/departments", {{"name", "North"}, {"parent", sales_id}});
  BOOST_REQUIRE_EQUAL(north.status, 201u);
  BOOST_TEST(admin.post(path + "/departments", {{"name", "Sales"}}).status == 409u);
  BOOST_TEST(admin.patch(path + "/departments/" + sales_id, {{"name", "Trade"}}).status == 200u);
  BOOST_TEST(admin.remove(path + "/departments/" + sales_id).status == 409u);
  const std::string north_id = north.body["id"];
  const Reply removed = admin.remove(path + "/departments/" + north_id);
  BOOST_TEST(removed.status == 200u);
  const Reply shown = admin.get(path);
  BOOST_REQUIRE_EQUAL(shown.body["departments"].size(), 1u);
  BOOST_TEST(shown.body["departments"][0]["name"] == "Trade");
  BOOST_TEST(shown.body["departments"][0]["parent"].is_null());
  BOOST_TEST(shown.body["version"] == removed.body["version"]);
}

BOOST_AUTO_TEST_CASE(a_user_is_registered_once) {
  TestNode node;
  HttpClient admin = node.admin();
  node.add_user("ann", "member");
  const Json again = {{"organization", node.organization()},
                      {"login", "ann"},
                      {"password", kPassword},
                      {"role", "operator"}};
  BOOST_TEST(admin.post("/v1/users", again).status == 409u);
  const Reply list = admin.get("/v1/users?organization=" + node.organization().get<std::string>());
  BOOST_REQUIRE_EQUAL(list.body["items"].size(), 2u);
  BOOST_TEST(list.body.dump().find("argon") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_user_needs_a_place_a_role_and_a_password) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json good = {{"organization", node.organization()},
                     {"login", "ann"},
                     {"password", kPassword},
                     {"role", "member"}};
  const auto with = [&](const char* field, const Json& value) {
    Json changed = good;
    changed[field] = value;
    return admin.post("/v1/users", changed).status;
  };
  BOOST_TEST(with("organization", "organization/000000000000000000000000") == 400u);
  BOOST_TEST(with("organization", "phone/000000000000000000000000") == 400u);
  BOOST_TEST(with("role", "king") == 400u);
  BOOST_TEST(with("password", "short") == 400u);
  BOOST_TEST(with("login", "Ann Other") == 400u);
  BOOST_TEST(with("login", 7) == 400u);
  BOOST_TEST(with("department", "00000000000000000000000001") == 400u);
  BOOST_TEST(with("departmant", "x") == 400u, "a misspelt field is not ignored");
  BOOST_TEST(with("login", "ann") == 201u);
}

BOOST_AUTO_TEST_CASE(people_change_their_own_password_and_nobody_elses) {
  TestNode node;
  const Json ann_id = node.add_user("ann", "member");
  const Json bob_id = node.add_user("bob", "member");
  HttpClient ann = node.as("ann");
  const Json wish = {{"password", "another horse"}};
  BOOST_TEST(ann.post("/v1/" + path_of(bob_id) + "/password", wish).status == 404u);
  BOOST_TEST(ann.post("/v1/" + path_of(ann_id) + "/password", wish).status == 200u);
  HttpClient client = node.nobody();
  BOOST_TEST(client.post("/v1/login", {{"login", "ann"}, {"password", kPassword}}).status == 401u);
  Json fresh = wish;
  fresh["login"] = "ann";
  BOOST_TEST(client.post("/v1/login", fresh).status == 200u);
  BOOST_TEST(node.admin().post("/v1/" + path_of(bob_id) + "/password", wish).status == 200u);
}

BOOST_AUTO_TEST_CASE(the_same_key_gives_the_same_answer_and_one_effect) {
  TestNode node;
  HttpClient admin = node.admin();
  const auto found = [&](const std::string& key, const std::string& name) {
    admin.idempotency_key = key;
    return admin.post("/v1/organizations", {{"name", name}});
  };
  const Reply first = found("k1", "Acme");
  const Reply second = found("k1", "Acme");
  const Reply other = found("k2", "Acme");
  BOOST_TEST(first.status == 201u);
  BOOST_TEST(second.status == 201u);
  BOOST_TEST(first.body == second.body);
  BOOST_TEST(other.body["id"] != first.body["id"]);
  BOOST_TEST(admin.get("/v1/organizations").body["items"].size() == 3u);
  BOOST_TEST(found(std::string(129, 'k'), "Acme").status == 400u);
}

BOOST_AUTO_TEST_CASE(keys_of_different_people_never_meet) {
  TestNode node;
  node.add_user("olga", "operator");
  HttpClient root = node.admin();
  HttpClient olga = node.as("olga");
  root.idempotency_key = olga.idempotency_key = "same";
  const Reply one = root.post("/v1/organizations", {{"name", "One"}});
  const Reply two = olga.post("/v1/organizations", {{"name", "Two"}});
  BOOST_TEST(one.body["id"] != two.body["id"]);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
