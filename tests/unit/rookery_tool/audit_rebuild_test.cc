// Everything built anew must be the same, and what is not the same is named.
#include "tools/rookery/audit_rebuild.h"

#include "actors/runtime/snapshots.h"
#include "tests/unit/rookery_tool/audited_node.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

struct Rebuilding : AuditedNode {
  Rebuilding() {
    phone = *parse_entity_id(
        node.add_running_phone("old", node.add_user("ann", "member")).get<std::string>());
  }
  // A snapshot that says another phase than the events do, or the true one.
  void keep(const std::string& phase) {
    History<PhoneAggregate> history;
    BOOST_REQUIRE(follow_log(*node.log, phone, 2, history).ok());
    Snapshot snapshot = make_snapshot(phone, history);
    if (!phase.empty()) {
      snapshot.phase = phase;
      snapshot.state = to_bytes(phone::Deleted{*phone::profile_of(history.state)});
      snapshot.state_hash = hash_of_state(snapshot.phase, snapshot.state);
    }
    BOOST_REQUIRE(node.log->put_snapshot(snapshot).ok());
  }
  Ran replay(const std::string& until, bool json = true) const {
    std::vector<std::string> words{"replay", "--until", until, "--data", folder.path().string()};
    if (json) words.insert(words.end(), {"-o", "json"});
    return run(words);
  }

  EntityId phone;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(all_of_a_log_comes_to_the_same_again, Rebuilding) {
  keep("");
  const std::uint64_t last = node.log->last_position(0);
  const Ran ran = replay("position:" + std::to_string(last));
  BOOST_REQUIRE_MESSAGE(ran.code == 0, ran.err);
  const auto record = tool::Json::parse(ran.out);
  BOOST_TEST(record["events_replayed"] == last);
  BOOST_TEST(record["snapshots_compared"] == 1);
  BOOST_TEST(record["same_tree"] == true);
  // The plain replay, which builds nothing, says the same.
  const Ran plain = run({"replay", "--data", folder.path().string(), "-o", "json"});
  BOOST_TEST(plain.out.find(record["state_hash"].get<std::string>()) != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(any_moment_of_the_past_can_be_built, Rebuilding) {
  std::set<std::string> hashes;
  for (const std::uint64_t position : {1, 3, 5}) {
    const Ran ran = replay("position:" + std::to_string(position));
    BOOST_REQUIRE_MESSAGE(ran.code == 0, ran.err);
    const auto record = tool::Json::parse(ran.out);
    BOOST_TEST(record["events_replayed"] == position);
    hashes.insert(record["state_hash"].get<std::string>());
  }
  BOOST_TEST(hashes.size() == 3u);
  const Ran none = replay("1970-01-01T00:00:00Z");
  BOOST_TEST(tool::Json::parse(none.out)["events_replayed"] == 0);
  BOOST_TEST(replay("version:3").code == 2);
  BOOST_TEST(run({"replay", "--until", "position:1"}).code == 2);  // of a server
}

BOOST_FIXTURE_TEST_CASE(a_snapshot_that_lies_is_named, Rebuilding) {
  keep("deleted");
  const std::string last = "position:" + std::to_string(node.log->last_position(0));
  const Ran ran = replay(last, false);
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(ran.err.find(to_text(phone) + ": its snapshot") != std::string::npos, ran.err);
  // Before it there is nothing wrong.
  BOOST_TEST(replay("position:3").code == 0);
}

BOOST_FIXTURE_TEST_CASE(nothing_is_left_behind, Rebuilding) {
  const auto left = [] {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
      count += entry.path().filename().string().starts_with("rookery-replay-") ? 1 : 0;
    }
    return count;
  };
  testing::TemporaryFolder own;
  setenv("TMPDIR", own.path().c_str(), 1);
  BOOST_TEST(replay("position:5").code == 0);
  BOOST_TEST(left() == 0u);
  unsetenv("TMPDIR");
}
