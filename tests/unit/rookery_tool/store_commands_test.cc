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

BOOST_AUTO_TEST_CASE(a_progress_bar_is_full_at_the_end_and_never_beyond) {
  BOOST_TEST(progress_text(0, 10, "bytes", 10) == "[          ] 0 % of 10 bytes");
  BOOST_TEST(progress_text(5, 10, "bytes", 10) == "[#####     ] 50 % of 10 bytes");
  BOOST_TEST(progress_text(10, 10, "bytes", 10) == "[##########] 100 % of 10 bytes");
  BOOST_TEST(progress_text(11, 10, "bytes", 10) == "[##########] 100 % of 10 bytes");
  BOOST_TEST(progress_text(0, 0, "bytes", 10) == "[##########] 100 % of 0 bytes");
}
