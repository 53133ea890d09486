// Real guests in real sandboxes: boot, draw, type, persist, be taken up, stop, and the walls.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <thread>

#include "guest-agent/driver/process_driver.h"

namespace rookery::guest {
namespace {

namespace fs = std::filesystem;

constexpr auto kPatience = std::chrono::seconds(120);

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

EntityId phone(std::uint8_t number) { return make_entity_id(EntityKind::kPhone, {number}); }

std::string name_of(const EntityId& id) { return to_text(id).substr(to_text(id).find('/') + 1); }

// A host's folders, and whatever guests are left in them taken away at the end.
class Host {
 public:
  Host() {
    std::string name = (fs::temp_directory_path() / "rookery-guest-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    start_driver();
  }
  ~Host() {
    for (const EntityId& id : started_) (void)driver->stop(id);
    driver.reset();
    fs::remove_all(folder);
  }

  // As a host process that begins anew over the same folders.
  void start_driver(int orphan_s = 60, const fs::path& images = {}) {
    ProcessDriverOptions options;
    options.homes = folder / "phones";
    options.runtime_dir = folder / "run";
    options.programs = ROOKERY_BIN;
    options.images = images;
    options.orphan_s_max = orphan_s;
    auto made = make_process_driver(options);
    BOOST_REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
    driver = std::move(*made);
  }

  std::unique_ptr<AgentConnection> start(std::uint8_t number, std::uint64_t boot,
                                         const std::string& image = "desktop") {
    started_.insert(phone(number));
    auto connection = driver->start({phone(number), boot, image, 720, 1280});
    BOOST_REQUIRE_MESSAGE(connection.ok(), (connection.ok() ? "" : connection.error().message));
    return std::move(*connection);
  }

  fs::path home(std::uint8_t number) const {
    return folder / "phones" / name_of(phone(number)) / "home";
  }
  fs::path run(std::uint8_t number) const { return folder / "run" / name_of(phone(number)); }
  std::string status(std::uint8_t number) const { return read_file(run(number) / "status"); }

  // The guest's first process: its agent.
  pid_t agent(std::uint8_t number) const {
    const std::string text = status(number);
    const std::string word = "\"child-pid\":";
    BOOST_REQUIRE(text.find(word) != std::string::npos);
    return static_cast<pid_t>(std::atol(text.c_str() + text.find(word) + word.size()));
  }
  // Processes of this machine inside that guest.
  std::set<pid_t> processes(pid_t agent) const {
    std::error_code gone;
    const fs::path inside = fs::read_symlink("/proc/" + std::to_string(agent) + "/ns/pid", gone);
    std::set<pid_t> out;
    if (gone) return out;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string name = entry.path().filename();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      const fs::path space = fs::read_symlink(entry.path() / "ns/pid", gone);
      if (!gone && space == inside) out.insert(static_cast<pid_t>(std::stol(name)));
    }
    return out;
  }

  fs::path folder;
  std::unique_ptr<GuestDriver> driver;

 private:
  std::set<EntityId> started_;
};

// The first process may remain for a moment as a name, until its parent has taken note.
bool all_gone(const std::set<pid_t>& processes) {
  return eventually([&] {
    return std::none_of(processes.begin(), processes.end(),
                        [](pid_t pid) { return fs::exists("/proc/" + std::to_string(pid)); });
  });
}

FrameReady wait_for_frame(AgentConnection& guest) {
  FrameReady frame;
  BOOST_REQUIRE(eventually([&] {
    pollfd readable{guest.event_fd(), POLLIN, 0};
    ::poll(&readable, 1, 100);
    return guest.next_frame(frame) || guest.ended();
  }));
  BOOST_REQUIRE(!guest.ended());
  return frame;
}

void tap(AgentConnection& guest, std::uint16_t x, std::uint16_t y) {
  guest.inject(Touch{0, TouchPhase::kDown, {x, y}});
  guest.inject(Touch{0, TouchPhase::kUp, {x, y}});
}

bool is_white(const AgentConnection& guest, int x, int y) {
  const std::uint8_t* pixel = guest.pixels() + y * guest.hello().stride_bytes + x * 4;
  return pixel[0] == 255 && pixel[1] == 255 && pixel[2] == 255;
}

// White paper in the middle, and the "$" of at least two prompts: the terminal takes keys.
bool answers(const AgentConnection& guest) {
  if (!is_white(guest, 360, 640)) return false;
  int inked_lines = 0;
  for (int line = 0; line < 5; ++line) {
    bool inked = false;
    for (int x = 40; x < 62; ++x) inked |= !is_white(guest, x, 27 + line * 37);
    inked_lines += inked ? 1 : 0;
  }
  return inked_lines >= 2;
}

// A window is drawn before it has the focus, so what is typed at first may be lost.
void open_terminal(AgentConnection& guest) {
  guest.request_frame(true);
  wait_for_frame(guest);
  tap(guest, 600, 60);
  while (!is_white(guest, 360, 640)) {
    guest.request_frame(false);
    wait_for_frame(guest);
  }
  FrameReady frame;
  BOOST_REQUIRE(eventually([&] {
    if (answers(guest)) return true;
    guest.inject(Text{"\n"});
    guest.request_frame(false);
    pollfd readable{guest.event_fd(), POLLIN, 0};
    ::poll(&readable, 1, 100);
    guest.next_frame(frame);
    return false;
  }));
}

BOOST_AUTO_TEST_SUITE(process_guest)

BOOST_AUTO_TEST_CASE(draws_a_launcher_and_only_what_changed) {
  Host host;
  const auto guest = host.start(1, 1);
  BOOST_TEST(host.driver->running(phone(1)));
  guest->request_frame(true);
  const FrameReady whole = wait_for_frame(*guest);
  BOOST_REQUIRE_EQUAL(whole.damage.size(), 1U);
  BOOST_TEST((whole.damage[0] == Rectangle{0, 0, 720, 1280}));
  const auto* pixels = reinterpret_cast<const std::uint32_t*>(guest->pixels());
  const std::set<std::uint32_t> colours(pixels, pixels + 720 * 1280);
  BOOST_TEST(colours.size() > 100U);  // icons and letters, not a blank screen

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

BOOST_AUTO_TEST_CASE(takes_text_of_many_scripts) {
  Host host;
  const auto guest = host.start(1, 1);
  open_terminal(*guest);
  const std::string words = "Aa{}|~'\" äßÉ €„“ żółć Привет ελλ 漢字 かな";
  guest->inject(Text{"cat > typed\n"});
  BOOST_TEST(eventually([&] { return fs::exists(host.home(1) / "typed"); }));
  guest->inject(Text{words + "\n"});
  const auto typed = [&] { return read_file(host.home(1) / "typed"); };
  BOOST_TEST(eventually([&] { return !typed().empty(); }));
  BOOST_TEST(typed() == words + "\n");
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
