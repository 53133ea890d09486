// Restore drills: what was acknowledged before a backup is in it, and a bad backup is not restored.
#include "eventstore/store_files.h"

#include <atomic>
#include <fstream>
#include <thread>

#include "eventstore/store_check.h"
#include "eventstore/verifier.h"
#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;
namespace fs = std::filesystem;

namespace {

void fill(EventLog& log, std::uint32_t events) {
  for (std::uint32_t i = 1; i < events; ++i) {
    log.append(make_append(stream_id(i % 5), kAnyVersion, {"event " + std::to_string(i)}),
               [](const AppendResult&) {});
  }
  must_append(log, make_append(stream_id(0), kAnyVersion, {"last"}));
}

void sign(EventLog& log, const NoteSigner& signer) {
  const TreeHead head = log.tree_head(0);
  const Checkpoint checkpoint{checkpoint_origin(signer.verifier().name, 0), head};
  BOOST_REQUIRE(log.put_checkpoint(0, head.size, sign_checkpoint(checkpoint, {signer})).ok());
}

struct Drill {
  fs::path at(const char* name) const { return folder.path() / name; }
  std::string refused(const fs::path& backup, const fs::path& to, RestoreOptions options = {}) {
    const auto status = restore_store(backup, to, options);
    BOOST_REQUIRE(!status.ok());
    BOOST_TEST(!fs::exists(to.string() + ".unfinished"));
    return status.error().message;
  }

  TemporaryFolder folder;
  const NoteSigner signer = NoteSigner::generate("rookery.local/drill");
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_backup_of_a_busy_store_holds_all_that_was_acknowledged, Drill) {
  auto log = must_open(at("live"));
  fill(*log, 500);
  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<bool> enough{false};
  std::thread writer([&] {
    while (!enough) {
      acknowledged =
          must_append(*log, make_append(stream_id(9), kAnyVersion, {"more"})).first_position;
    }
  });
  std::vector<std::uint64_t> before;
  for (const char* name : {"one", "two", "three"}) {
    const std::uint64_t seen = acknowledged;
    while (acknowledged == seen) std::this_thread::yield();
    before.push_back(acknowledged);
    const auto status = back_up(*log, at(name));
    BOOST_TEST(status.ok(), (status.ok() ? "" : status.error().message));
  }
  enough = true;
  writer.join();
  const TreeHead live = log->tree_head(0);
  std::size_t i = 0;
  for (const char* name : {"one", "two", "three"}) {
    BOOST_REQUIRE(restore_store(at(name), at("restored") / name, {}).ok());
    const auto restored = must_open(at("restored") / name);
    BOOST_TEST(restored->last_position(0) >= before[i++]);
    BOOST_TEST(restored->last_position(0) <= live.size);
    BOOST_TEST(restored->identity() == log->identity());
    // It goes on where it was.
    must_append(*restored, make_append(stream_id(1), kAnyVersion, {"after"}));
  }
  BOOST_TEST(!back_up(*log, at("one")).ok());  // there already
}

BOOST_FIXTURE_TEST_CASE(a_restored_store_is_the_same_store_and_proves_it, Drill) {
  TreeHead head;
  {
    auto log = must_open(at("live"));
    fill(*log, 700);
    sign(*log, signer);
    head = log->tree_head(0);
    BOOST_REQUIRE(back_up(*log, at("backup")).ok());
    fill(*log, 10);
  }
  std::uint64_t done_bytes = 0;
  std::uint64_t total_bytes = 0;
  RestoreOptions options;
  options.keys = {signer.verifier()};
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    BOOST_TEST(done > done_bytes);
    done_bytes = done;
    total_bytes = total;
  };
  fs::remove_all(at("live"));
  const auto status = restore_store(at("backup"), at("live"), options);
  BOOST_REQUIRE_MESSAGE(status.ok(), (status.ok() ? "" : status.error().message));
  BOOST_TEST(done_bytes == total_bytes);
  BOOST_TEST(total_bytes > 0u);
  BOOST_TEST((must_open(at("live"))->tree_head(0) == head));
  BOOST_TEST(check_store(at("backup"))->events == 700u);  // only read
}

BOOST_FIXTURE_TEST_CASE(what_is_not_whole_or_not_signed_is_not_restored, Drill) {
  {
    auto log = must_open(at("live"));
    fill(*log, 300);
    sign(*log, signer);
    BOOST_REQUIRE(back_up(*log, at("backup")).ok());
  }
  BOOST_TEST(refused(at("live") / "nothing", at("to")).find("no store") != std::string::npos);
  BOOST_TEST(refused(at("backup"), at("live")).find("holds something") != std::string::npos);
  RestoreOptions others;
  others.keys = {NoteSigner::generate("rookery.local/other").verifier()};
  BOOST_TEST(refused(at("backup"), at("to"), others).find("not whole") != std::string::npos);
  fs::create_symlink("/etc/passwd", at("backup") / "000999.sst");
  BOOST_TEST(refused(at("backup"), at("to")).find("plain files") != std::string::npos);
  fs::remove(at("backup") / "000999.sst");
  BOOST_TEST(!fs::exists(at("to")));
  // A flipped byte in any of its data files, and any of them missing.
  std::size_t tried = 0;
  for (const auto& entry : fs::directory_iterator(at("backup"))) {
    const auto name = entry.path().filename();
    if (entry.file_size() == 0 || name.extension() != ".sst") continue;
    ++tried;
    fs::remove_all(at("bad"));
    fs::copy(at("backup"), at("bad"));
    fs::permissions(at("bad") / name, fs::perms::owner_all);
    {
      std::fstream file(at("bad") / name, std::ios::in | std::ios::out | std::ios::binary);
      const auto middle = static_cast<std::streamoff>(entry.file_size() / 3);
      file.seekg(middle);
      const char byte = static_cast<char>(file.get() ^ 0x10);
      file.seekp(middle);
      file.put(byte);
    }
    refused(at("bad"), at("to"), {{signer.verifier()}, {}});
    fs::remove(at("bad") / name);
    refused(at("bad"), at("to"), {{signer.verifier()}, {}});
  }
  BOOST_TEST(tried >= 4u);
  BOOST_TEST(!fs::exists(at("to")));
}

BOOST_FIXTURE_TEST_CASE(a_store_tells_its_size_and_is_whole_after_compaction, Drill) {
  {
    auto log = must_open(at("live"));
    for (int round = 0; round < 3; ++round) fill(*log, 200);
    sign(*log, signer);
    must_append(*log, make_append(stream_id(1), kAnyVersion, {"unsigned"}));
  }
  const auto stat = stat_store(at("live"));
  BOOST_REQUIRE(stat.ok());
  BOOST_REQUIRE(stat->shards.size() == 1u);
  BOOST_TEST(stat->shards[0].events == 601u);
  BOOST_TEST(stat->shards[0].signed_events == 600u);
  BOOST_TEST(stat->identity.size() == 32u);
  BOOST_TEST(stat->bytes > 601u * 136u);
  std::uint64_t steps = 0;
  BOOST_REQUIRE(compact_store(at("live"), [&](std::uint64_t, std::uint64_t) { ++steps; }).ok());
  BOOST_TEST(steps > 1u);
  AuditOptions options;
  options.keys = {signer.verifier()};
  const auto report = verify_store(at("live"), options);
  BOOST_REQUIRE(report.ok());
  BOOST_TEST(!report->first_bad.has_value());
  BOOST_TEST(report->events == 601u);
  const auto open = must_open(at("live"));
  BOOST_TEST(!compact_store(at("live"), {}).ok());  // somebody writes to it
  BOOST_TEST(stat_store(at("live")).ok());
}

BOOST_AUTO_TEST_CASE(a_log_in_memory_has_no_files) {
  TemporaryFolder folder;
  BOOST_TEST(!back_up(*make_memory_event_log(1, 1), folder.path() / "backup").ok());
}
