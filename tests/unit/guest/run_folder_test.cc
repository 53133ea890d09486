// What a guest can do to the part of the run folder that it owns, and what the host makes of it.
#include "guest-agent/driver/run_folder.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "guest-agent/spawn_plan.h"

namespace rookery::guest {
namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "rookery-run-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

BOOST_AUTO_TEST_SUITE(run_folder)

BOOST_AUTO_TEST_CASE(an_earlier_guests_files_are_gone) {
  const Folder folder;
  const RunFolder run(folder.path);
  BOOST_REQUIRE(run.prepare().ok());
  std::ofstream(run.shared() / "left") << "behind";
  std::ofstream(run.path() / "guest.log") << "old words\n";
  BOOST_TEST(run.last_words() == "old words");
  // What the guest may have done to be in the way.
  fs::create_directories(run.shared() / "locked");
  std::ofstream(run.shared() / "locked" / "file") << "x";
  fs::permissions(run.shared() / "locked", fs::perms::none);
  BOOST_REQUIRE(run.prepare().ok());
  BOOST_TEST(fs::is_empty(run.shared()));
  BOOST_TEST(run.last_words().empty());
}

BOOST_AUTO_TEST_CASE(connects_also_where_the_path_is_long) {
  const Folder folder;
  const RunFolder run(folder.path / std::string(120, 'x'));
  BOOST_REQUIRE(run.prepare().ok());
  BOOST_TEST(!run.connect().ok());
  // The agent's own path to it is short.
  fs::create_directory_symlink(run.shared(), folder.path / "s");
  const auto listener = listen_at((folder.path / "s" / "agent.sock").string());
  BOOST_REQUIRE(listener.ok());
  BOOST_TEST(run.connect().ok());
}

BOOST_AUTO_TEST_CASE(follows_no_link_to_another_guests_socket) {
  const Folder folder;
  const RunFolder mine(folder.path / "mine");
  const RunFolder other(folder.path / "other");
  BOOST_REQUIRE(mine.prepare().ok());
  BOOST_REQUIRE(other.prepare().ok());
  const auto listener = listen_at((other.shared() / "agent.sock").string());
  BOOST_REQUIRE(listener.ok());
  BOOST_REQUIRE(other.connect().ok());
  fs::create_symlink(other.shared() / "agent.sock", mine.shared() / "agent.sock");
  BOOST_TEST(!mine.connect().ok());
}

BOOST_AUTO_TEST_CASE(never_means_a_process_that_is_not_the_sandbox) {
  const Folder folder;
  const RunFolder run(folder.path);
  BOOST_REQUIRE(run.prepare().ok());
  const std::string our_own = "{ \"child-pid\": " + std::to_string(::getpid()) + " }";
  for (const char* status : {"", "{}", our_own.c_str(), "{ \"child-pid\": 999999999 }"}) {
    std::ofstream(run.path() / "status") << status;
    BOOST_TEST(!run.first_process());
    BOOST_TEST(!run.alive());
  }
}

// A process with the name, but not our program: somebody reads the guest's log, say.
BOOST_AUTO_TEST_CASE(never_means_a_process_that_only_names_the_guest) {
  const Folder folder;
  const RunFolder run(folder.path);
  BOOST_REQUIRE(run.prepare().ok());
  SpawnPlan plan;
  const auto pid = plan.run({"sleep", "1000", run.guest_name()});
  BOOST_REQUIRE(pid.ok());
  std::ofstream(run.path() / "status") << "{ \"child-pid\": " << *pid << " }";
  BOOST_TEST(!run.alive());
  ::kill(*pid, SIGKILL);
  ::waitpid(*pid, nullptr, 0);
}

BOOST_AUTO_TEST_CASE(last_words_are_one_short_line_without_control_characters) {
  const Folder folder;
  const RunFolder run(folder.path);
  BOOST_REQUIRE(run.prepare().ok());
  std::ofstream(run.path() / "guest.log") << std::string(5000, 'x') << "\n\x1b[31mend\n";
  const std::string words = run.last_words();
  BOOST_TEST(words.size() == 299U);  // the line's end is left out
  BOOST_TEST(words.ends_with("x  [31mend"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
