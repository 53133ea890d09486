// A database copy must answer an auditor exactly as the running server does.
#include "tools/rookery/audit_source.h"

#include "eventstore/rocksdb_event_log.h"
#include "tests/unit/eventstore/logs.h"
#include "tests/unit/server/test_node.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

struct Fixture {
  Fixture() {
    test::HttpClient admin = node.admin();
    ann = node.add_user("ann", "member");
    phone = node.add_running_phone("pocket", ann).get<std::string>();
    node.clock.now += 1'000'000;
    const std::string other = node.add_phone("other").get<std::string>();
    admin.remove("/v1/phones/" + other.substr(other.find('/') + 1));
    const auto address =
        parse_server_address("http://127.0.0.1:" + std::to_string(node.server->port()));
    server = audit_server(Api(address.value(), admin.token));
    end = node.log->last_position(0);  // who asks the server adds events that the copy has not
    auto opened = audit_database(folder.path());
    BOOST_REQUIRE(opened.ok());
    database = std::move(*opened);
  }

  static std::shared_ptr<EventLog> open(const std::filesystem::path& folder) {
    auto log = open_rocksdb_event_log(folder / "events", {});
    BOOST_REQUIRE(log.ok());
    return std::move(*log);
  }

  static std::vector<std::string> lines(AuditSource& source, const EventFilter& filter) {
    std::vector<std::string> lines;
    const auto status = source.read_events(filter, [&](const tool::Json& event) {
      lines.push_back(to_line(event));
      return true;
    });
    BOOST_REQUIRE(status.ok());
    return lines;
  }

  testing::TemporaryFolder folder;
  test::TestNode node{open(folder.path())};
  test::Json ann;
  std::string phone;
  std::uint64_t end = 0;
  std::unique_ptr<AuditSource> server;
  std::unique_ptr<AuditSource> database;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(events_are_the_same_byte_for_byte, Fixture) {
  const EntityId id = *server->find("pocket");
  EventFilter by_actor;
  by_actor.actor = id;
  EventFilter by_type;
  by_type.type = "Phone.";
  EventFilter by_time;
  by_time.since_us = node.clock.now;
  EventFilter by_principal;
  by_principal.principal = EntityId{};
  const std::size_t all = lines(*server, {}).size();
  for (EventFilter filter : {EventFilter{}, by_actor, by_type, by_time, by_principal}) {
    filter.until_position = end;
    const auto from_server = lines(*server, filter);
    BOOST_TEST(!from_server.empty());
    BOOST_TEST(from_server == lines(*database, filter), boost::test_tools::per_element());
  }
  BOOST_TEST(lines(*server, by_type).size() < all);
}

BOOST_FIXTURE_TEST_CASE(names_and_beginnings_find_the_same, Fixture) {
  for (const std::string& text :
       {std::string("pocket"), std::string("phone/pocket"), phone, phone.substr(0, 16),
        std::string("user/ann"), std::string("system")}) {
    const auto from_server = server->find(text);
    const auto from_database = database->find(text);
    BOOST_REQUIRE_MESSAGE(from_server.ok() && from_database.ok(), text);
    BOOST_TEST((*from_server == *from_database), text);
  }
  for (const char* text : {"nobody", "dragon/x", "user/pocket"}) {
    BOOST_TEST(!server->find(text).ok(), text);
    BOOST_TEST(!database->find(text).ok(), text);
  }
}

BOOST_FIXTURE_TEST_CASE(states_of_every_moment_are_the_same, Fixture) {
  const EntityId id = *server->find(phone);
  std::vector<Moment> moments{{Moment::By::kTime, node.clock.now, 0},
                              {Moment::By::kTime, 1, 0},
                              {Moment::By::kVersion, 0, 99},
                              {Moment::By::kEnd, 0, 0}};
  for (std::uint64_t n = 1; n <= end; ++n) moments.push_back({Moment::By::kPosition, 0, n});
  const Moment never{Moment::By::kPosition, 0, 99'999};
  BOOST_TEST((!server->state_at(id, never).ok() && !database->state_at(id, never).ok()));
  std::size_t found = 0;
  for (const auto& moment : moments) {
    const auto from_server = server->state_at(id, moment);
    const auto from_database = database->state_at(id, moment);
    BOOST_REQUIRE(from_server.ok() == from_database.ok());
    if (from_server) {
      ++found;
      BOOST_TEST(to_line(*from_server) == to_line(*from_database));
    } else {
      BOOST_TEST(from_server.error().message == from_database.error().message);
    }
  }
  BOOST_TEST(found >= 4u);
  BOOST_TEST(found < moments.size());
  const auto state = database->state_at(id, {});
  BOOST_TEST((*state)["state"]["profile"]["bound_user"] == ann.get<std::string>());
}
