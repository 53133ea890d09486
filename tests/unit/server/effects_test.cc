#include <filesystem>
#include <fstream>

#include "actors/effects/host_reports.h"
#include "actors/gateway/key_file.h"
#include "tests/unit/server/test_node.h"

namespace rookery::test {

BOOST_AUTO_TEST_SUITE(effects)

BOOST_AUTO_TEST_CASE(a_repeated_report_is_the_same_command) {
  const EntityId phone = named_entity_id(EntityKind::kPhone, "p");
  const auto id = [](const host::Report& report) { return command_of(report, 1).command_id; };
  BOOST_TEST((id(host::GuestStarted{phone, 1}) == id(host::GuestStarted{phone, 1})));
  BOOST_TEST((id(host::GuestStarted{phone, 1}) != id(host::GuestStarted{phone, 2})));
  BOOST_TEST((id(host::GuestStarted{phone, 1}) != id(host::GuestStopped{phone, 1, false, ""})));
}

BOOST_AUTO_TEST_CASE(a_late_report_of_an_older_boot_changes_nothing) {
  TestNode node;
  HttpClient admin = node.admin();
  const Json phone = node.add_running_phone("p", node.add_user("ann", "member"));
  const std::string path = "/v1/" + path_of(phone);
  admin.post(path + "/stop");
  admin.get(path + "?wait=stopped");
  admin.post(path + "/start");
  admin.get(path + "?wait=running");
  node.server->reports()(
      host::GuestStopped{*parse_entity_id(phone.get<std::string>()), 1, true, "late"});
  node.server->reports()(
      host::GuestStopped{*parse_entity_id(phone.get<std::string>()), 99, true, "mad"});
  BOOST_TEST(eventually(
      [&] { return admin.get("/v1/events?type=CommandRefused").body["items"].size() == 1; }));
  BOOST_TEST(admin.get(path).body["phase"] == "running");
}

BOOST_AUTO_TEST_CASE(a_guest_that_ends_by_itself_stops_the_phone) {
  TestNode node;
  const Json phone = node.add_running_phone("p", node.add_user("ann", "member"));
  node.server->reports()(
      host::GuestStopped{*parse_entity_id(phone.get<std::string>()), 1, true, "it crashed"});
  const Reply reply = node.admin().get("/v1/" + path_of(phone) + "?wait=stopped");
  BOOST_TEST(reply.body["phase"] == "stopped");
  BOOST_TEST(reply.body["last_stop_reason"] == "it crashed");
}

BOOST_AUTO_TEST_CASE(a_key_file_is_made_once_and_read_by_its_owner_only) {
  const auto folder =
      std::filesystem::temp_directory_path() / to_text(random_id128(system_random()));
  const auto file = folder / "token.key";
  const auto first = open_key_file(file);
  const auto second = open_key_file(file);
  BOOST_REQUIRE(first.ok());
  BOOST_REQUIRE(second.ok());
  BOOST_TEST((*first == *second));
  using std::filesystem::perms;
  BOOST_TEST(
      (std::filesystem::status(file).permissions() == (perms::owner_read | perms::owner_write)));
  std::filesystem::permissions(file, perms::others_read, std::filesystem::perm_options::add);
  BOOST_TEST(!open_key_file(file).ok());
  std::filesystem::remove(file);
  std::ofstream(file) << "short";
  std::filesystem::permissions(file, perms::owner_read);
  BOOST_TEST(!open_key_file(file).ok());
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rookery::test
