// A running server whose log is signed, and the command line that auditors type.
#pragma once

#include <fstream>
#include <sstream>

#include "eventstore/audit_keys.h"
#include "eventstore/checkpoint_keeper.h"
#include "eventstore/rocksdb_event_log.h"
#include "tests/unit/eventstore/logs.h"
#include "tests/unit/server/test_node.h"
#include "tools/rookery/invocation.h"

namespace rookery::tool {

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

struct AuditedNode {
  AuditedNode() {
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

  // rookery audit …
  Ran run(std::vector<std::string> words) const {
    words.insert(words.begin(), "audit");
    return run_words(std::move(words));
  }
  Ran run_words(std::vector<std::string> words) const {
    const std::string url = "http://127.0.0.1:" + std::to_string(node.server->port());
    words.insert(words.begin(), {"rookery", "--server", url, "--token", token});
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());
    std::ostringstream out;
    std::ostringstream err;
    const int code =
        run_command_line(static_cast<int>(argv.size()), argv.data(), out, err, add_all_commands);
    return {code, out.str(), err.str()};
  }

  testing::TemporaryFolder folder;
  test::TestNode node{open(folder.path()), folder.path() / "backups"};
  const std::string key = (folder.path() / "keys" / "audit.pub").string();
  std::unique_ptr<CheckpointKeeper> keeper;
  std::string token;
};

}  // namespace rookery::tool
