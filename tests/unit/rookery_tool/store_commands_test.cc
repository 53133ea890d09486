// What an operator types to have a copy of the log, and to have the log back.
#include "tests/unit/rookery_tool/audited_node.h"
#include "tools/rookery/progress.h"

using namespace rookery;
using namespace rookery::tool;

BOOST_FIXTURE_TEST_CASE(a_running_server_is_backed_up_and_the_backup_restored, AuditedNode) {
  const Ran backed_up = run_words({"store", "backup", "first"});
  BOOST_REQUIRE_MESSAGE(backed_up.code == 0, backed_up.err);
  const std::string backup = (folder.path() / "backups" / "first").string();
  BOOST_TEST(backed_up.out == backup + "\n");
  BOOST_TEST(run_words({"store", "backup", "first"}).code == 1);  // there already
  for (const char* name : {"../x", "", "a b", "."}) {
    BOOST_TEST(run_words({"store", "backup", name}).code != 0, name);
  }
  add_phone("later");
  const std::string again = file("again");
  const Ran restored = run_words({"store", "restore", backup, "--data", again, "--key", key});
  BOOST_REQUIRE_MESSAGE(restored.code == 0, restored.err);
  BOOST_TEST(restored.out.find("as it was signed") != std::string::npos);
  const Ran verified = run_words({"audit", "verify", "--data", again, "--key", key});
  BOOST_TEST(verified.code == 0, verified.err);
  const Ran log = run_words({"audit", "log", "--data", again});
  BOOST_TEST(log.out.find("pocket") != std::string::npos);
  BOOST_TEST(log.out.find("later") == std::string::npos);
  // Not over what is there; not with another's key.
  BOOST_TEST(run_words({"store", "restore", backup, "--data", again}).code == 1);
  write("other.pub", NoteSigner::generate("rookery.local/other").verifier().text() + "\n");
  BOOST_TEST(
      run_words({"store", "restore", backup, "--data", file("b"), "--key", file("other.pub")})
          .code == 1);
  BOOST_TEST(!std::filesystem::exists(file("b") + "/events"));
}

BOOST_FIXTURE_TEST_CASE(a_store_is_told_about_and_compacted, AuditedNode) {
  const std::string live = folder.path().string();
  const Ran stat = run_words({"-o", "json", "store", "stat", "--data", live});
  BOOST_REQUIRE_MESSAGE(stat.code == 0, stat.err);
  const auto record = tool::Json::parse(stat.out);
  BOOST_TEST(record["events"] == node.log->last_position(0));
  BOOST_TEST(record["signed_events"] == node.log->last_position(0));
  const Ran held = run_words({"store", "compact", "--data", live});
  BOOST_TEST(held.code == 1);
  BOOST_TEST(held.err.find("in use") != std::string::npos, held.err);
  BOOST_REQUIRE(run_words({"store", "backup", "copy"}).code == 0);
  const Ran compacted = run_words({"store", "compact", "--data", live + "/backups/copy"});
  BOOST_TEST(compacted.code == 0, compacted.err);
}

BOOST_FIXTURE_TEST_CASE(history_is_archived_and_audited_as_before, AuditedNode) {
  for (const char* name : {"second", "third", "fourth"}) add_phone(name);
  BOOST_REQUIRE(run_words({"store", "backup", "copy"}).code == 0);
  const std::string copy = folder.path() / "backups" / "copy";
  const std::string data = file("archived");
  BOOST_REQUIRE(run_words({"store", "restore", copy, "--data", data}).code == 0);
  std::filesystem::copy(folder.path() / "keys", data + "/keys");
  const Ran before = run_words({"-o", "json", "audit", "log", "--data", data});
  BOOST_TEST(run_words({"store", "archive", "--data", data}).code == 2);  // what?
  BOOST_TEST(run_words({"store", "archive", "--data", data, "--before", "soon"}).code == 2);
  const Ran stream = run_words({"store", "archive", "--data", data, "--stream", "third"});
  BOOST_REQUIRE_MESSAGE(stream.code == 0, stream.err);
  BOOST_TEST(stream.out.find("archived in 1 segments") != std::string::npos, stream.out);
  const Ran all = run_words({"store", "archive", "--data", data, "--before", "2999-01-01"});
  BOOST_REQUIRE_MESSAGE(all.code == 0, all.err);
  const Ran after = run_words({"-o", "json", "audit", "log", "--data", data});
  BOOST_TEST(after.out == before.out);
  const Ran verified = run_words({"audit", "verify", "--data", data, "--key", key});
  BOOST_TEST(verified.code == 0, verified.err);
  const Ran replayed = run_words({"audit", "replay", "--data", data});
  BOOST_TEST(replayed.code == 0, replayed.err);
  const Ran stat = run_words({"-o", "json", "store", "stat", "--data", data});
  BOOST_TEST(tool::Json::parse(stat.out)["archive_segments"] == 2);
  std::filesystem::remove(data + "/events/archive-000002.seg");
  const Ran missing = run_words({"audit", "verify", "--data", data, "--key", key});
  BOOST_TEST(missing.code == 1);
  BOOST_TEST((missing.out + missing.err).find("archive-000002.seg") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_progress_bar_is_full_at_the_end_and_never_beyond) {
  BOOST_TEST(progress_text(0, 10, "bytes", 10) == "[          ] 0 % of 10 bytes");
  BOOST_TEST(progress_text(5, 10, "bytes", 10) == "[#####     ] 50 % of 10 bytes");
  BOOST_TEST(progress_text(10, 10, "bytes", 10) == "[##########] 100 % of 10 bytes");
  BOOST_TEST(progress_text(11, 10, "bytes", 10) == "[##########] 100 % of 10 bytes");
  BOOST_TEST(progress_text(0, 0, "bytes", 10) == "[##########] 100 % of 0 bytes");
}
