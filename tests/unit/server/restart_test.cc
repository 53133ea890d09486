#include <future>

#include "actors/gateway/link_secret.h"
#include "tests/unit/server/test_node.h"

namespace rookery::test {

// A process that dies says nothing: the twin host falls silent, and a new node takes up the log.
BOOST_AUTO_TEST_SUITE(restart)

BOOST_AUTO_TEST_CASE(everything_answered_is_there_and_the_first_admin_is_made_once) {
  const std::shared_ptr<EventLog> log = make_memory_event_log();
  Json phone;
  {
    TestNode node(log);
    phone = node.add_phone("p1");
  }
  TestNode node(log);
  HttpClient admin = node.admin();
  BOOST_TEST(admin.get("/v1/phones").body["items"][0]["id"] == phone);
  BOOST_TEST(admin.get("/v1/users").body["items"].size() == 1u);
  BOOST_TEST(admin.get("/v1/organizations").body["items"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_same_key_gives_the_same_answer_after_a_restart) {
  const std::shared_ptr<EventLog> log = make_memory_event_log();
  Json first;
  Json organization;
  {
    TestNode node(log);
    organization = node.organization();
    HttpClient admin = node.admin();
    admin.idempotency_key = "k";
    first = admin.post("/v1/phones", {{"organization", organization}, {"name", "p"}}).body;
  }
  TestNode node(log);
  HttpClient admin = node.admin();
  admin.idempotency_key = "k";
  const Reply again = admin.post("/v1/phones", {{"organization", organization}, {"name", "p"}});
  BOOST_TEST(again.status == 201u);
  BOOST_TEST(again.body == first);
  BOOST_TEST(admin.get("/v1/phones").body["items"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(running_phones_are_started_again_and_starting_ones_go_on) {
  const std::shared_ptr<EventLog> log = make_memory_event_log();
  {
    TestNode node(log);
    node.add_running_phone("running", node.add_user("ann", "member"));
    const Json starting = node.add_phone("starting");
    node.host.silent = true;
    node.admin().post("/v1/" + path_of(starting) + "/start");
  }
  TestNode node(log);
  BOOST_TEST(node.host.sent<host::StartGuest>().size() == 2u);
  BOOST_TEST(eventually(
      [&] { return node.admin().get("/v1/phones?phase=running").body["items"].size() == 2; }));
  const Reply started = node.admin().get("/v1/events?type=Phone.Started");
  BOOST_TEST(started.body["items"].size() == 2u, "the running one did not start twice");
}

// A subscriber that remembers the last position it saw needs nothing else: each connection goes on
// behind it, whether the client went away, or the server.
BOOST_AUTO_TEST_CASE(a_subscription_goes_on_without_gap_or_double_across_reconnects_and_restarts) {
  const std::shared_ptr<EventLog> log = make_memory_event_log();
  std::vector<std::uint64_t> positions;
  for (std::size_t connection = 0; connection < 9; ++connection) {
    TestNode node(log);
    for (std::size_t again = 0; again < 2; ++again) {
      node.add_phone("before the subscription");
      std::future<void> writing = std::async(std::launch::async, [&] {
        for (int i = 0; i < 6; ++i) node.add_phone("during it");
      });
      const std::uint64_t next = positions.empty() ? 1 : positions.back() + 1;
      const std::size_t enough = positions.size() + 1 + (connection * 5 + again * 2) % 7;
      node.admin().read_lines("/v1/events/follow?from_position=" + std::to_string(next),
                              [&](const std::string& line) {
                                if (line.empty()) return true;
                                positions.push_back(Json::parse(line)["position"]);
                                return positions.size() < enough;
                              });
      writing.get();
    }
  }
  for (std::size_t i = 0; i < positions.size(); ++i) BOOST_REQUIRE(positions[i] == i + 1);
  BOOST_TEST(positions.size() > 30u);
}

BOOST_AUTO_TEST_CASE(stopping_phones_are_stopped) {
  const std::shared_ptr<EventLog> log = make_memory_event_log();
  {
    TestNode node(log);
    const Json phone = node.add_running_phone("p", node.add_user("ann", "member"));
    node.host.silent = true;
    node.admin().post("/v1/" + path_of(phone) + "/stop");
  }
  TestNode node(log);
  BOOST_TEST(node.host.sent<host::StopGuest>().size() == 1u);
  BOOST_TEST(eventually(
      [&] { return node.admin().get("/v1/phones?phase=stopped").body["items"].size() == 1; }));
}

// close() ends sessions as events; a killed process cannot, so this one is opened behind its back.
BOOST_AUTO_TEST_CASE(sessions_of_a_dead_process_end) {
  const std::shared_ptr<EventLog> log = make_memory_event_log();
  const EntityId orphan = named_entity_id(EntityKind::kSession, "orphan");
  session::event::Opened opened;
  opened.host = "twin";
  {
    TestNode node(log);
    const Json ann = node.add_user("ann", "member");
    opened.user = *parse_entity_id(ann.get<std::string>());
    opened.phone = *parse_entity_id(node.add_running_phone("p", ann).get<std::string>());
    opened.organization = *parse_entity_id(node.organization().get<std::string>());
  }
  Append append;
  append.stream = orphan;
  append.events = {encode_event(session::Event(opened))};
  BOOST_REQUIRE(std::holds_alternative<Appended>(append_and_wait(*log, append)));
  TestNode node(log);
  const std::string path = "/v1/" + path_of(to_text(orphan));
  HttpClient admin = node.admin();
  BOOST_TEST(eventually([&] { return admin.get(path).body["phase"] == "ended"; }));
  BOOST_TEST(admin.get(path).body["end_reason"] == "server restarted");
}

BOOST_AUTO_TEST_CASE(who_came_by_a_link_comes_back_after_the_process_died) {
  const std::shared_ptr<EventLog> log = make_memory_event_log();
  Json visit;
  std::string secret;
  EntityId session;
  const auto path = [&] { return "/v1/sessions/" + visit["session_id"].get<std::string>(); };
  {
    TestNode node(log);
    const Json phone = node.add_running_phone("p", node.add_user("ann", "member"));
    const Json link = node.as("ann").post("/v1/" + path_of(phone) + "/links").body;
    secret = link["secret"];
    visit = node.nobody()
                .post("/v1/links/" + link["link_id"].get<std::string>() + "/open",
                      {{"proof", proof_to_open(secret)}})
                .body;
    const host::AdmitSession admitted = node.host.sent<host::AdmitSession>()[0];
    session = admitted.session;
    node.server->reports()(
        host::SessionConnected{admitted.session, "192.0.2.1:9", "chacha", admitted.ticket});
    HttpClient admin = node.admin();
    BOOST_TEST(eventually([&] { return admin.get(path()).body["phase"] == "connected"; }));
  }
  for (int restart = 0; restart < 2; ++restart) {
    TestNode node(log);
    HttpClient admin = node.admin();
    BOOST_TEST(eventually([&] { return admin.get(path()).body["phase"] == "away"; }));
    const Reply back =
        node.nobody().post(path() + "/resume", {{"proof", proof_to_resume(secret, session)}});
    BOOST_REQUIRE_EQUAL(back.status, 201u);
    BOOST_TEST(back.body["session_id"] == visit["session_id"]);
    BOOST_REQUIRE_EQUAL(node.host.sent<host::AdmitSession>().size(), 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_clean_stop_ends_sessions_and_phones_in_the_log) {
  const std::shared_ptr<EventLog> log = make_memory_event_log();
  {
    TestNode node(log);
    const Json phone = node.add_running_phone("p", node.add_user("ann", "member"));
    BOOST_TEST(node.as("ann").post("/v1/" + path_of(phone) + "/sessions").status == 201u);
    node.server->close(true, 30'000);
  }
  TestNode node(log);
  HttpClient admin = node.admin();
  BOOST_TEST(node.host.sent<host::StartGuest>().empty());
  BOOST_TEST(admin.get("/v1/phones").body["items"][0]["phase"] == "stopped");
  BOOST_TEST(admin.get("/v1/sessions").body["items"][0]["phase"] == "ended");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
