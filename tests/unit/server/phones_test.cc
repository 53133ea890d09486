#include "tests/unit/server/test_node.h"

namespace rookery::test {

BOOST_AUTO_TEST_SUITE(phones)

BOOST_AUTO_TEST_CASE(a_phone_is_made_bound_started_stopped_and_deleted) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json ann = node.add_user("ann", "member");
  const Json id = node.add_running_phone("p1", ann);
  const std::string path = "/v1/" + path_of(id);
  const Reply running = admin.get(path);
  BOOST_TEST(running.body["host"] == "twin");
  BOOST_TEST(running.body["bound_user"] == ann);
  BOOST_TEST(running.body["width_px"] == 720);
  BOOST_REQUIRE_EQUAL(node.host.sent<host::StartGuest>().size(), 1u);
  const host::StartGuest start = node.host.sent<host::StartGuest>()[0];
  BOOST_TEST(start.boot == 1u);
  BOOST_TEST(start.image == "process:desktop");
  BOOST_TEST(start.height_px == 1280);

  BOOST_TEST(admin.remove(path).status == 409u);
  BOOST_TEST(admin.post(path + "/stop").status == 200u);
  BOOST_TEST(admin.get(path + "?wait=stopped").body["phase"] == "stopped");
  BOOST_TEST(node.host.sent<host::StopGuest>().size() == 1u);
  BOOST_TEST(admin.post(path + "/unbind").status == 200u);
  BOOST_TEST(admin.get(path).body["bound_user"].is_null());
  BOOST_TEST(admin.remove(path).status == 200u);
  BOOST_TEST(admin.get("/v1/phones").body["items"].empty());
  BOOST_TEST(admin.get("/v1/phones?phase=deleted").body["items"].size() == 1u);
  BOOST_TEST(admin.post(path + "/start").status == 404u);
}

BOOST_AUTO_TEST_CASE(a_guest_that_does_not_start_leaves_the_phone_stopped_with_the_reason) {
  TestNode node;
  node.host.broken = true;
  HttpClient admin = node.admin();
  const std::string path = "/v1/" + path_of(node.add_phone("p1"));
  BOOST_TEST(admin.post(path + "/start").status == 200u);
  const Reply reply = admin.get(path + "?wait=running");
  BOOST_TEST(reply.body["phase"] == "stopped");
  BOOST_TEST(reply.body["failed"] == true);
  BOOST_TEST(reply.body["last_stop_reason"] == "no screen");
  node.host.broken = false;
  BOOST_TEST(admin.post(path + "/start").status == 200u);
  BOOST_TEST(admin.get(path + "?wait=running").body["phase"] == "running");
}

BOOST_AUTO_TEST_CASE(lists_filter_by_organization_and_phase) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json other = admin.post("/v1/organizations", {{"name", "Other"}}).body["id"];
  node.add_phone("p1");
  node.add_running_phone("p2", node.add_user("ann", "member"));
  admin.post("/v1/phones", {{"organization", other}, {"name", "p3"}});
  const auto count = [&](const std::string& query) {
    return admin.get("/v1/phones" + query).body["items"].size();
  };
  BOOST_TEST(count("") == 3u);
  BOOST_TEST(count("?organization=" + other.get<std::string>()) == 1u);
  BOOST_TEST(count("?phase=running") == 1u);
  BOOST_TEST(admin.get("/v1/phones?organization=nonsense").status == 400u);
  BOOST_TEST(admin.get("/v1/phones?phaze=running").status == 400u);
}

BOOST_AUTO_TEST_CASE(only_users_of_the_organization_can_be_bound) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json other = admin.post("/v1/organizations", {{"name", "Other"}}).body["id"];
  const Json stranger = admin
                            .post("/v1/users", {{"organization", other},
                                                {"login", "eve"},
                                                {"password", kPassword},
                                                {"role", "member"}})
                            .body["id"];
  const std::string path = "/v1/" + path_of(node.add_phone("p1"));
  BOOST_TEST(admin.post(path + "/bind", {{"user", stranger}}).status == 400u);
  const Json ann = node.add_user("ann", "member");
  const Json bob = node.add_user("bob", "member");
  BOOST_TEST(admin.post(path + "/bind", {{"user", ann}}).status == 200u);
  BOOST_TEST(admin.post(path + "/bind", {{"user", bob}}).status == 409u);
}

BOOST_AUTO_TEST_CASE(members_see_only_what_is_theirs) {
  TestNode node;
  const Json ann_id = node.add_user("ann", "member");
  node.add_user("bob", "member");
  const Json phone = node.add_running_phone("p1", ann_id);
  const std::string path = "/v1/" + path_of(phone);
  HttpClient ann = node.as("ann");
  HttpClient bob = node.as("bob");
  BOOST_TEST(ann.get(path).status == 200u);
  BOOST_TEST(ann.get("/v1/phones").body["items"].size() == 1u);
  BOOST_TEST(bob.get("/v1/phones").body["items"].empty());
  const Reply foreign = bob.get(path);
  const Reply nowhere = bob.get("/v1/phones/000000000000000000000000");
  BOOST_TEST(foreign.status == 404u);
  BOOST_TEST(foreign.body == nowhere.body, "a foreign phone looks like none");
  BOOST_TEST(ann.post(path + "/stop").status == 403u);
  BOOST_TEST(bob.post(path + "/sessions").status == 404u);
}

BOOST_AUTO_TEST_CASE(bad_phones_are_refused_with_a_reason) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json good = {{"organization", node.organization()}, {"name", "p1"}};
  const auto with = [&](const char* field, const Json& value) {
    Json changed = good;
    changed[field] = value;
    return admin.post("/v1/phones", changed).status;
  };
  BOOST_TEST(with("name", "") == 400u);
  BOOST_TEST(with("name", nullptr) == 400u);
  BOOST_TEST(with("width_px", 1) == 400u);
  BOOST_TEST(with("width_px", -720) == 400u);
  BOOST_TEST(with("width_px", 70'000) == 400u);
  BOOST_TEST(with("width_px", "720") == 400u);
  BOOST_TEST(with("organization", "organization/000000000000000000000000") == 400u);
  BOOST_TEST(with("width_px", 64) == 201u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
