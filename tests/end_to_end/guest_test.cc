// Real guests in real sandboxes: boot, draw, persist, be taken up, stop, and the walls.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>

#include "tests/end_to_end/guest_host.h"

namespace rookery::guest {
namespace {

namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(process_guest)

BOOST_AUTO_TEST_CASE(draws_a_launcher_and_only_what_changed) {
  Host host;
  const auto guest = host.start(1, 1);
  BOOST_TEST(host.driver->running(phone(1)));
  guest->request_frame(true);
  const FrameReady whole = wait_for_frame(*guest);
  BOOST_REQUIRE_EQUAL(whole.damage.size(), 1U);
  BOOST_TEST((whole.damage[0] == Rectangle{0, 0, 720, 1280}));
  BOOST_TEST(shows(*guest, [&] { return is_launcher(*guest); }));

  open_terminal(*guest);
  // What a letter changes is small; the first may meet what the terminal still had to draw.
  BOOST_TEST(eventually([&] {
    guest->inject(Text{"x"});
    guest->request_frame(false);
    const FrameReady typed = wait_for_frame(*guest);
    return std::all_of(typed.damage.begin(), typed.damage.end(), [](const Rectangle& one) {
      return one.width * one.height < 720 * 1280 / 20;
    });
  }));
}

BOOST_AUTO_TEST_CASE(keeps_its_home_between_boots_and_leaves_no_process) {
  Host host;
  host.start(1, 1);
  const std::set<pid_t> processes = host.processes(host.agent(1));
  BOOST_TEST(processes.size() >= 4U);
  std::ofstream(host.home(1) / "kept") << "mine";
  BOOST_TEST(host.driver->stop(phone(1)).ok());
  BOOST_TEST(!host.driver->running(phone(1)));
  BOOST_TEST(all_gone(processes));
  BOOST_TEST(host.driver->stop(phone(1)).ok());
  host.start(1, 2);
  BOOST_TEST(read_file(host.home(1) / "kept") == "mine");
}

BOOST_AUTO_TEST_CASE(is_taken_up_by_a_host_that_begins_anew) {
  Host host;
  host.start(1, 1);
  const std::string before = host.status(1);
  host.driver.reset();
  host.start_driver();
  BOOST_TEST(host.driver->running(phone(1)));
  const auto again = host.start(1, 1);
  BOOST_TEST(host.status(1) == before);
  again->request_frame(true);
  BOOST_TEST(wait_for_frame(*again).damage.size() == 1U);
  // A later boot is another guest.
  host.start(1, 2);
  BOOST_TEST(host.status(1) != before);
}

BOOST_AUTO_TEST_CASE(is_stopped_also_when_it_hangs) {
  Host host;
  const auto guest = host.start(1, 1);
  const std::set<pid_t> processes = host.processes(host.agent(1));
  for (const pid_t pid : processes) ::kill(pid, SIGSTOP);
  BOOST_TEST(host.driver->running(phone(1)));
  BOOST_TEST(host.driver->stop(phone(1)).ok());
  BOOST_TEST(!host.driver->running(phone(1)));
  BOOST_TEST(all_gone(processes));
}

// Nothing of a guest lives on without its agent.
BOOST_AUTO_TEST_CASE(a_guest_whose_agent_died_is_gone) {
  Host host;
  const auto guest = host.start(1, 1);
  const std::set<pid_t> processes = host.processes(host.agent(1));
  ::kill(host.agent(1), SIGKILL);
  BOOST_TEST(eventually([&] { return !host.driver->running(phone(1)); }));
  BOOST_TEST(all_gone(processes));
  FrameReady frame;
  BOOST_TEST(eventually([&] { return !guest->next_frame(frame) && guest->ended(); }));
  host.start(1, 2);
  BOOST_TEST(host.driver->running(phone(1)));
}

BOOST_AUTO_TEST_CASE(ends_itself_when_no_host_comes_back) {
  Host host;
  host.start_driver(1);
  host.start(1, 1);
  BOOST_TEST(eventually([&] { return !host.driver->running(phone(1)); }));
}

BOOST_AUTO_TEST_CASE(two_guests_know_nothing_of_each_other) {
  Host host;
  const auto one = host.start(1, 1);
  const auto two = host.start(2, 1);
  BOOST_TEST(host.driver->stop(phone(1)).ok());
  BOOST_TEST(host.driver->running(phone(2)));
  two->request_frame(true);
  BOOST_TEST(wait_for_frame(*two).damage.size() == 1U);
}

BOOST_AUTO_TEST_CASE(sees_nothing_of_the_machine_around_it) {
  Host host;
  host.start_driver(60, fs::path(ROOKERY_TESTS "/end_to_end/images"));
  host.start(1, 1, "walls");
  BOOST_REQUIRE(eventually([&] { return fs::exists(host.home(1) / "seen"); }));
  const std::string seen = "\n" + read_file(host.home(1) / "seen");
  BOOST_TEST_MESSAGE(seen);
  const auto line = [&](const std::string& word) {
    const auto begin = seen.find("\n" + word + " ") + 1;
    BOOST_REQUIRE(begin != 0);
    return seen.substr(begin, seen.find('\n', begin) - begin);
  };
  BOOST_TEST(line("id") == "id 1000 1000");
  BOOST_TEST(line("network") == "network lo ");
  BOOST_TEST(line("capabilities") == "capabilities CapEff:0000000000000000");
  BOOST_TEST(line("run") == "run /run/rookery: agent.sock ");
  BOOST_TEST(seen.find("writes") == std::string::npos);
  BOOST_TEST(seen.find("makes namespaces") == std::string::npos);
  BOOST_TEST(seen.find("reads the agent") == std::string::npos);
  for (const char* hidden : {" home ", " root ", " boot ", " srv ", " sys "}) {
    BOOST_TEST(line("top").find(hidden) == std::string::npos);
  }
  for (const char* hidden : {"passwd", "shadow", "ssh", "ssl", "hostname"}) {
    BOOST_TEST(line("etc").find(hidden) == std::string::npos);
  }
  BOOST_TEST(std::stoi(line("processes").substr(10)) < 20);
}

BOOST_AUTO_TEST_CASE(says_which_image_is_missing) {
  Host host;
  for (const char* image : {"none", "../images/desktop", ".", ""}) {
    const auto refused = host.driver->start({phone(1), 1, image, 720, 1280});
    BOOST_REQUIRE(!refused.ok());
    BOOST_TEST(refused.error().message.starts_with("no image '" + std::string(image) + "' in "));
  }
  BOOST_TEST(!host.driver->running(phone(1)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
