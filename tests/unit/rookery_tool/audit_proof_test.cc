// What an auditor types, against a running server and its database.
#include <fstream>
#include <sstream>

#include "eventstore/audit_keys.h"
#include "eventstore/checkpoint_keeper.h"
#include "eventstore/rocksdb_event_log.h"
#include "tests/unit/eventstore/logs.h"
#include "tests/unit/server/test_node.h"
#include "tools/rookery/invocation.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

struct Fixture {
  Fixture() {
    const auto signers = open_audit_keys(folder.path() / "keys", node.log->identity());
    BOOST_REQUIRE(signers.ok());
    CheckpointKeeperOptions options;
    options.interval = std::chrono::milliseconds(5);
    keeper = std::make_unique<CheckpointKeeper>(*node.log, *signers, options);
    token = node.admin().token;
    add_phone("pocket");
  }

  static std::shared_ptr<EventLog> open(const std::filesystem::path& folder) {
    auto log = open_rocksdb_event_log(folder / "events", {});
    BOOST_REQUIRE(log.ok());
    return std::move(*log);
  }
  // Adds an event and waits until it is signed for.
  void add_phone(const std::string& name) {
    node.add_phone(name);
    BOOST_REQUIRE(test::eventually([&] {
      const auto note = node.log->last_checkpoint(0);
      return note && *note &&
             verify_checkpoint(**note, verifiers())->checkpoint.head.size ==
                 node.log->last_position(0);
    }));
  }
  std::vector<NoteVerifier> verifiers() const { return *read_verifiers(key); }
  std::string file(const std::string& name) const { return (folder.path() / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name)) << text;
  }

  Ran run(std::vector<std::string> words) const {
    const std::string url = "http://127.0.0.1:" + std::to_string(node.server->port());
    words.insert(words.begin(), {"rookery", "--server", url, "--token", token, "audit"});
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());
    std::ostringstream out;
    std::ostringstream err;
    const int code =
        run_command_line(static_cast<int>(argv.size()), argv.data(), out, err, add_all_commands);
    return {code, out.str(), err.str()};
  }

  testing::TemporaryFolder folder;
  test::TestNode node{open(folder.path())};
  const std::string key = (folder.path() / "keys" / "audit.pub").string();
  std::unique_ptr<CheckpointKeeper> keeper;
  std::string token;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_server_and_its_copy_are_verified, Fixture) {
  for (const auto& where : {std::vector<std::string>{}, {"--data", folder.path().string()}}) {
    std::vector<std::string> words{"verify", "--key", key, "--seen", file("seen")};
    words.insert(words.end(), where.begin(), where.end());
    const Ran ran = run(words);
    BOOST_TEST(ran.code == 0, ran.err);
    BOOST_TEST(ran.out.find("verified") != std::string::npos);
    add_phone("another");
  }
}

BOOST_FIXTURE_TEST_CASE(a_log_that_does_not_continue_what_was_seen_is_named, Fixture) {
  // The same key signs for a history that this server does not have: a fork, or a rollback.
  const auto signers = *open_audit_keys(folder.path() / "keys", node.log->identity());
  const std::string origin = checkpoint_origin(signers.front().verifier().name, 0);
  for (const std::uint64_t size : {std::uint64_t{3}, std::uint64_t{1000}}) {
    write("seen", sign_checkpoint({origin, {size, {7}}}, signers));
    for (const auto& where : {std::vector<std::string>{}, {"--data", folder.path().string()}}) {
      std::vector<std::string> words{"verify", "--key", key, "--seen", file("seen")};
      words.insert(words.end(), where.begin(), where.end());
      const Ran ran = run(words);
      BOOST_TEST(ran.code == 1);
      BOOST_TEST(ran.err.find("NOT verified") != std::string::npos, ran.err);
    }
    const Ran ran =
        run({"witness", "--key", key, "--seen", file("seen"), "--witness-key", file("w")});
    BOOST_TEST(ran.code == 1);
    BOOST_TEST(ran.err.find("ALARM") != std::string::npos, ran.err);
    BOOST_TEST(std::filesystem::exists(file("seen.alarm")));
  }
}

BOOST_FIXTURE_TEST_CASE(a_proof_is_checked_by_somebody_without_a_server, Fixture) {
  const std::string last = std::to_string(node.log->last_position(0));
  for (const auto& where : {std::vector<std::string>{}, {"--data", folder.path().string()}}) {
    std::vector<std::string> words{"prove", last};
    words.insert(words.end(), where.begin(), where.end());
    const Ran proof = run(words);
    BOOST_REQUIRE_MESSAGE(proof.code == 0, proof.err);
    write("proof", proof.out);
    const Ran checked = run({"check", file("proof"), "--key", key});
    BOOST_TEST(checked.code == 0, checked.err);
    BOOST_TEST(checked.out.find("pocket") != std::string::npos, checked.out);
    // Any touched byte of what is believed spoils it; "readable" is not believed.
    std::string touched = proof.out;
    const auto at = touched.find("\"event\":\"") + 40;
    touched[at] = touched[at] == 'A' ? 'B' : 'A';
    write("proof", touched);
    BOOST_TEST(run({"check", file("proof"), "--key", key}).code == 1);
  }
  BOOST_TEST(run({"prove", "2"}).code == 1);  // holds a password's hash: not over the API
  BOOST_TEST(run({"prove", "2", "--data", folder.path().string()}).code == 0);
  BOOST_TEST(run({"prove", "99999"}).code == 1);
  BOOST_TEST(run({"prove", "0"}).code == 2);
  write("proof", "{}");
  BOOST_TEST(run({"check", file("proof"), "--key", key}).code == 1);
}

BOOST_FIXTURE_TEST_CASE(a_witness_signs_what_continues, Fixture) {
  const std::vector<std::string> words{"witness", "--key",      key,
                                       "--seen",  file("seen"), "--witness-key",
                                       file("w"), "--name",     "w.example/one"};
  std::string cosigned;
  for (int i = 0; i < 3; ++i) {
    const Ran ran = run(words);
    BOOST_REQUIRE_MESSAGE(ran.code == 0, ran.err);
    cosigned = ran.out;
    add_phone("more");
  }
  std::string own;
  std::getline(std::ifstream(file("w")), own);
  const auto witness = NoteSigner::parse(own);
  BOOST_REQUIRE(witness.ok());
  const auto verified = verify_checkpoint(cosigned, {witness->verifier()});
  BOOST_REQUIRE(verified.ok());
  BOOST_TEST(verified->vouchers.front().time_s > 1'700'000'000);
}
