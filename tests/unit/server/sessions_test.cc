#include "tests/unit/server/test_node.h"

namespace rookery::test {
namespace {

struct Scene {
  TestNode node;
  Json ann_id = node.add_user("ann", "member");
  Json phone = node.add_running_phone("p1", ann_id);
  HttpClient ann = node.as("ann");
  std::string open_path = "/v1/" + path_of(phone) + "/sessions";
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sessions, Scene)

BOOST_AUTO_TEST_CASE(the_bound_user_gets_a_ticket_and_the_host_hears_of_it) {
  const Reply opened = ann.post(open_path);
  BOOST_REQUIRE_EQUAL(opened.status, 201u);
  BOOST_TEST(opened.body["media_address"] == "127.0.0.1:4700");
  BOOST_TEST(opened.body["ticket_key"].get<std::string>().size() == 43u);
  BOOST_TEST(opened.body["server_public_key"].get<std::string>().size() == 43u);
  BOOST_REQUIRE_EQUAL(node.host.sent<host::AdmitSession>().size(), 1u);
  const host::AdmitSession admitted = node.host.sent<host::AdmitSession>()[0];
  BOOST_TEST(to_text(admitted.session) == opened.body["id"].get<std::string>());
  BOOST_TEST(to_text(admitted.user) == ann_id.get<std::string>());
  BOOST_TEST(admitted.control);
  BOOST_TEST(admitted.ticket_expires_us == opened.body["ticket_expires_us"].get<std::int64_t>());
  BOOST_TEST((admitted.ticket_key != std::array<std::uint8_t, 32>{}));
  const Reply events = node.admin().get("/v1/events?type=Session.");
  BOOST_TEST(events.body.dump().find(opened.body["ticket_key"].get<std::string>()) ==
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_same_key_gives_the_same_ticket) {
  ann.idempotency_key = "once";
  const Reply first = ann.post(open_path);
  node.clock.now += 1'000'000;
  ann.idempotency_key = "once";
  const Reply second = ann.post(open_path);
  BOOST_TEST(second.status == 201u);
  BOOST_TEST(first.body == second.body);
  BOOST_TEST(ann.get("/v1/sessions").body["items"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(every_session_has_its_own_ticket) {
  const Reply first = ann.post(open_path);
  const Reply second = ann.post(open_path, {{"control", false}});
  BOOST_TEST(first.body["ticket"] != second.body["ticket"]);
  BOOST_TEST(first.body["ticket_key"] != second.body["ticket_key"]);
  BOOST_TEST(!node.host.sent<host::AdmitSession>()[1].control);
}

BOOST_AUTO_TEST_CASE(what_the_host_reports_is_remembered) {
  const Reply opened = ann.post(open_path);
  const std::string path = "/v1/" + path_of(opened.body["id"]);
  const EntityId id = node.host.sent<host::AdmitSession>()[0].session;
  const Id128 ticket = node.host.sent<host::AdmitSession>()[0].ticket;
  const host::ReportSink report = node.server->reports();
  for (int twice = 0; twice < 2; ++twice) {
    report(host::SessionConnected{id, "127.0.0.1:9", "chacha", ticket});
    report(host::SessionTraffic{id, 100, 10, 3, 2, ticket});
  }
  BOOST_TEST(eventually([&] { return ann.get(path).body["totals"]["bytes_sent"] == 100; }));
  report(host::SessionQuality{id, 1000, 60'000, 5'000'000, 0, 9000});
  report(host::SessionEnded{id, "viewer left", 200, 20, 6, 4, ticket});
  BOOST_TEST(eventually([&] { return ann.get(path).body["phase"] == "ended"; }));
  const Reply view = ann.get(path);
  BOOST_TEST(view.body["quality"]["glass_to_glass_us"] == 9000);
  BOOST_TEST(view.body["end_reason"] == "viewer left");
  BOOST_TEST(view.body["totals"]["frames_sent"] == 6);
  BOOST_TEST(view.body["version"] == 5, "nothing was recorded twice: " << view.body.dump());
}

BOOST_AUTO_TEST_CASE(a_ticket_used_too_late_is_refused) {
  const Reply opened = ann.post(open_path);
  const host::AdmitSession admitted = node.host.sent<host::AdmitSession>()[0];
  node.server->reports()(host::SessionConnected{admitted.session, "127.0.0.1:9", "chacha",
                                                admitted.ticket, admitted.ticket_expires_us + 1});
  HttpClient admin = node.admin();
  BOOST_TEST(eventually(
      [&] { return admin.get("/v1/events?type=CommandRefused").body["items"].size() == 1; }));
  BOOST_TEST(admin.get("/v1/" + path_of(opened.body["id"])).body["phase"] == "opened");
}

BOOST_AUTO_TEST_CASE(a_ticket_used_in_time_is_good_however_late_the_host_says_so) {
  const Reply opened = ann.post(open_path);
  const host::AdmitSession admitted = node.host.sent<host::AdmitSession>()[0];
  node.clock.now = admitted.ticket_expires_us + 5'000'000;
  node.server->reports()(host::SessionConnected{admitted.session, "127.0.0.1:9", "chacha",
                                                admitted.ticket, admitted.ticket_expires_us - 1});
  const std::string path = "/v1/" + path_of(opened.body["id"]);
  BOOST_TEST(eventually([&] { return ann.get(path).body["phase"] == "connected"; }));
}

// The gateway looked, the world changed, and only then the session began to be.
BOOST_AUTO_TEST_CASE(a_session_that_comes_to_be_after_its_user_lost_the_phone_ends) {
  const Reply opened = ann.post(open_path);
  const host::AdmitSession admitted = node.host.sent<host::AdmitSession>()[0];
  HttpClient admin = node.admin();
  BOOST_TEST(admin.post("/v1/" + path_of(phone) + "/unbind").status == 200u);
  Append late;
  late.stream = named_entity_id(EntityKind::kSession, "late");
  late.events.push_back(encode_event(session::Event(session::event::Opened{
      admitted.phone, admitted.user, *parse_entity_id(node.organization().get<std::string>()),
      "local", Id128{{7}}, admitted.ticket_expires_us, true})));
  node.log->append(std::move(late), [](const AppendResult&) {});
  const std::string path =
      "/v1/" + path_of(Json(to_text(named_entity_id(EntityKind::kSession, "late"))));
  BOOST_TEST(eventually([&] { return admin.get(path).body["phase"] == "ended"; }));
  BOOST_TEST(admin.get(path).body["end_reason"] == "the phone was taken from this user");
}

BOOST_AUTO_TEST_CASE(closing_ends_it_and_tells_the_host) {
  const Reply opened = ann.post(open_path);
  const std::string path = "/v1/" + path_of(opened.body["id"]);
  BOOST_TEST(ann.remove(path).status == 200u);
  BOOST_TEST(ann.get(path).body["phase"] == "ended");
  BOOST_TEST(eventually([&] { return node.host.sent<host::CloseSession>().size() == 1; }));
}

BOOST_AUTO_TEST_CASE(stopping_the_phone_ends_its_sessions) {
  const Reply opened = ann.post(open_path);
  HttpClient admin = node.admin();
  BOOST_TEST(admin.post("/v1/" + path_of(phone) + "/stop").status == 200u);
  BOOST_TEST(eventually(
      [&] { return ann.get("/v1/" + path_of(opened.body["id"])).body["phase"] == "ended"; }));
  const Reply late = ann.post(open_path);
  BOOST_TEST(late.status == 409u);
}

BOOST_AUTO_TEST_CASE(taking_the_phone_away_ends_its_users_sessions_only) {
  HttpClient admin = node.admin();
  const Reply opened = ann.post(open_path);
  const Reply operators = admin.post(open_path);
  BOOST_TEST(admin.post("/v1/" + path_of(phone) + "/unbind").status == 200u);
  BOOST_TEST(eventually(
      [&] { return admin.get("/v1/" + path_of(opened.body["id"])).body["phase"] == "ended"; }));
  BOOST_TEST(admin.get("/v1/" + path_of(operators.body["id"])).body["phase"] == "opened");
}

BOOST_AUTO_TEST_CASE(disabling_a_user_ends_their_sessions) {
  HttpClient admin = node.admin();
  const Reply opened = ann.post(open_path);
  const std::string user = ann.get("/v1/me").body["user"];
  BOOST_TEST(admin.post("/v1/" + path_of(Json(user)) + "/disable").status == 200u);
  BOOST_TEST(eventually(
      [&] { return admin.get("/v1/" + path_of(opened.body["id"])).body["phase"] == "ended"; }));
}

BOOST_AUTO_TEST_CASE(sessions_of_others_do_not_exist) {
  node.add_user("bob", "member");
  HttpClient bob = node.as("bob");
  const Reply opened = ann.post(open_path);
  const std::string path = "/v1/" + path_of(opened.body["id"]);
  BOOST_TEST(bob.get(path).status == 404u);
  BOOST_TEST(bob.remove(path).status == 404u);
  BOOST_TEST(bob.get("/v1/sessions").body["items"].empty());
  BOOST_TEST(
      node.admin().get("/v1/sessions?phone=" + phone.get<std::string>()).body["items"].size() ==
      1u);
  BOOST_TEST(node.admin().post(open_path).status == 201u, "operators may look");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
