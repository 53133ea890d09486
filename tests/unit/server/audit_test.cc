#include <future>

#include "tests/unit/server/test_node.h"

namespace rookery::test {

BOOST_AUTO_TEST_SUITE(audit)

BOOST_AUTO_TEST_CASE(events_are_found_by_actor_principal_type_time_and_position) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json phone = node.add_phone("p1");
  const std::int64_t before = node.clock.now;
  node.clock.now += 1'000'000;
  admin.post("/v1/" + path_of(phone) + "/start");
  admin.get("/v1/" + path_of(phone) + "?wait=running");
  const std::string actor = phone;
  const auto items = [&](const std::string& query) {
    return admin.get("/v1/events?" + query).body["items"];
  };
  const Json all = items("actor=" + actor);
  BOOST_REQUIRE_EQUAL(all.size(), 3u);
  BOOST_TEST(all[0]["type"] == "Phone.Created");
  BOOST_TEST(all[0]["version"] == 1);
  BOOST_TEST(all[0]["data"]["name"] == "p1");
  BOOST_TEST(all[2]["principal"] == "system");
  BOOST_TEST(items("actor=" + actor + "&type=Phone.Started").size() == 1u);
  BOOST_TEST(items("actor=" + actor + "&type=Phone.").size() == 3u);
  BOOST_TEST(admin.get("/v1/events?type=Phone").status == 400u);
  BOOST_TEST(items("actor=" + actor + "&principal=system").size() == 1u);
  BOOST_TEST(items("actor=" + actor + "&until_us=" + std::to_string(before)).size() == 1u);
  BOOST_TEST(items("actor=" + actor + "&since_us=" + std::to_string(before + 1)).size() == 2u);
  const std::uint64_t second = all[1]["position"];
  BOOST_TEST(items("type=Phone.&from_position=" + std::to_string(second)).size() == 2u);
  BOOST_TEST(items("actor=" + actor + "&from_position=" + std::to_string(second)).size() == 2u);
  BOOST_TEST(admin.get("/v1/events?limit=zero").status == 400u);
}

BOOST_AUTO_TEST_CASE(a_limited_page_says_where_to_go_on) {
  TestNode node;
  HttpClient admin = node.admin();
  for (int i = 0; i < 10; ++i) node.add_phone("p");
  // That the log is looked at is an event too, once a minute: here before the pages are read.
  admin.get("/v1/events?limit=1");
  BOOST_REQUIRE(eventually([&] {
    bool told = false;
    const auto read = node.log->read_log(0, 1, [&](const Envelope& event) {
      told = event.type == event_type::kAccessQueried;
      return true;
    });
    return read.ok() && told;
  }));
  std::uint64_t from = 1;
  std::uint64_t seen = 0;
  while (true) {
    const Reply page = admin.get("/v1/events?limit=3&from_position=" + std::to_string(from));
    for (const Json& event : page.body["items"]) {
      BOOST_TEST(event["position"] == ++seen);
    }
    from = page.body["last_position"].get<std::uint64_t>() + 1;
    if (page.body["more"] == false) break;
  }
  BOOST_TEST(seen == node.log->last_position(0));
}

BOOST_AUTO_TEST_CASE(following_gives_what_was_and_what_comes) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json phone = node.add_phone("p1");
  std::promise<void> began;
  std::vector<std::string> types;
  std::future<void> following = std::async(std::launch::async, [&] {
    HttpClient reader = node.admin();
    const std::string target =
        "/v1/events/follow?from_position=1&actor=" + phone.get<std::string>();
    reader.read_lines(target, [&](const std::string& line) {
      if (line.empty()) return true;
      types.push_back(Json::parse(line)["type"]);
      if (types.size() == 1) began.set_value();
      return types.size() < 3;
    });
  });
  began.get_future().wait();
  admin.post("/v1/" + path_of(phone) + "/start");
  following.get();
  const std::vector<std::string> expected{"Phone.Created", "Phone.StartRequested", "Phone.Started"};
  BOOST_TEST(types == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_may_no_longer_follows_no_longer) {
  TestNode node;
  HttpClient admin = node.admin();
  const std::string other = node.add_user("boss", "operator").get<std::string>();
  std::promise<void> began;
  std::size_t lines_after = 0;
  bool told = false;
  std::future<void> following = std::async(std::launch::async, [&] {
    HttpClient reader = node.as("boss");
    reader.read_lines("/v1/events/follow?from_position=1", [&](const std::string& line) {
      if (!std::exchange(told, true)) began.set_value();
      lines_after += line.find("after the end") != std::string::npos ? 1 : 0;
      return true;
    });
  });
  began.get_future().wait();
  BOOST_TEST(admin.post("/v1/" + path_of(other) + "/disable").status == 200u);
  node.add_phone("after the end");
  following.get();
  BOOST_TEST(lines_after == 0u);
}

BOOST_AUTO_TEST_CASE(closing_the_server_ends_the_followers) {
  auto node = std::make_unique<TestNode>();
  HttpClient reader = node->admin();
  std::promise<void> began;
  std::future<void> following = std::async(std::launch::async, [&] {
    bool first = true;
    reader.read_lines("/v1/events/follow?from_position=1", [&](const std::string&) {
      if (first) began.set_value();
      first = false;
      return true;
    });
  });
  began.get_future().wait();
  node.reset();
  BOOST_TEST((following.wait_for(std::chrono::seconds(30)) == std::future_status::ready));
}

BOOST_AUTO_TEST_CASE(the_state_is_replayed_at_any_version_position_and_time) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json phone = node.add_phone("p1");
  const std::int64_t made_us = node.clock.now;
  node.clock.now += 1'000'000;
  admin.post("/v1/" + path_of(phone) + "/start");
  admin.get("/v1/" + path_of(phone) + "?wait=running");
  const std::string path = "/v1/state/" + phone.get<std::string>();
  const Reply now = admin.get(path);
  BOOST_TEST(now.body["phase"] == "running");
  const Reply live = admin.get("/v1/actors/" + phone.get<std::string>());
  BOOST_TEST(now.body["state_hash"] == live.body["state_hash"]);
  BOOST_TEST(admin.get(path + "?at_version=2").body["phase"] == "starting");
  BOOST_TEST(admin.get(path + "?at_time_us=" + std::to_string(made_us)).body["phase"] == "stopped");
  const Json events = live.body["last_events"];
  BOOST_REQUIRE_EQUAL(events.size(), 3u);
  const std::uint64_t second = events[1]["position"];
  BOOST_TEST(admin.get(path + "?at_position=" + std::to_string(second)).body["version"] == 2);
  BOOST_TEST(admin.get(path + "?at_version=4").status == 404u);
  BOOST_TEST(admin.get(path + "?at_position=99999").status == 404u);
  BOOST_TEST(admin.get(path + "?at_time_us=1").status == 404u);
  BOOST_TEST(admin.get(path + "?at_version=1&at_time_us=1").status == 400u);
  BOOST_TEST(admin.get("/v1/state/phone/nonsense").status == 404u);
}

BOOST_AUTO_TEST_CASE(actors_are_listed_in_pages_and_shown) {
  TestNode node;
  HttpClient admin = node.admin();
  for (int i = 0; i < 5; ++i) node.add_phone("p");
  std::string after;
  std::size_t seen = 0;
  while (true) {
    const Reply page =
        admin.get("/v1/actors?kind=phone&limit=2" + (after.empty() ? "" : "&after=" + after));
    if (page.body["items"].empty()) break;
    seen += page.body["items"].size();
    after = page.body["items"].back()["id"];
  }
  BOOST_TEST(seen == 5u);
  BOOST_TEST(admin.get("/v1/actors?kind=dragon").status == 400u);
  const Reply shown = admin.get("/v1/actors/" + after);
  BOOST_TEST(shown.body["phase"] == "stopped");
  BOOST_TEST(shown.body["mailbox"] == 0);
  BOOST_TEST(shown.body["epoch"] == 1);
  BOOST_TEST(admin.get("/v1/actors/phone/000000000000000000000000").status == 404u);
}

BOOST_AUTO_TEST_CASE(password_hashes_never_leave) {
  TestNode node;
  HttpClient admin = node.admin();
  const std::string user = node.add_user("ann", "member");
  for (const std::string& target :
       {"/v1/actors/" + user, "/v1/state/" + user, "/v1/events?actor=" + user}) {
    const std::string text = admin.get(target).body.dump();
    BOOST_TEST(text.find("argon2") == std::string::npos, target);
    BOOST_TEST(text.find("(set)") != std::string::npos, target);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
