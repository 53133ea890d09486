#include "tests/end_to_end/guest_host.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

namespace rookery::guest {
namespace {

namespace fs = std::filesystem;

constexpr auto kPatience = std::chrono::seconds(120);
constexpr int kFrameMs = 100;
constexpr std::uint32_t kWhite = 0xffffff;

ProcessDriverOptions options_in(const fs::path& folder) {
  ProcessDriverOptions options;
  options.homes = folder / "phones";
  options.runtime_dir = folder / "run";
  options.programs = ROOKERY_BIN;
  return options;
}

// Ends whatever guests run there, then takes the folder away.
void take_away(const fs::path& folder) {
  std::error_code failed;
  const auto driver = make_process_driver(options_in(folder));
  for (std::uint8_t number = 1; driver && number < 10; ++number) {
    (void)(*driver)->stop(phone(number));
  }
  fs::remove_all(folder, failed);
}

// Pixels unlike the paper between the icons.
int inked(const AgentConnection& guest, const Rectangle& box) {
  const std::uint32_t paper = pixel(guest, 240, 100);
  int count = 0;
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) count += pixel(guest, x, y) != paper ? 1 : 0;
  }
  return count;
}

}  // namespace

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

Host::Host() {
  std::string name = (fs::temp_directory_path() / "rookery-guest-XXXXXX").string();
  BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
  folder = name;
  clean_up_after_me();
  start_driver();
}

Host::~Host() {
  driver.reset();
  ::close(alive_);
  while (::waitpid(cleaner_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// Another process, since a test can end in ways that run no destructor.
void Host::clean_up_after_me() {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  cleaner_ = ::fork();
  BOOST_REQUIRE(cleaner_ >= 0);
  if (cleaner_ == 0) {
    ::setsid();
    // Who ends the test by its name must not end this too.
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::signal(number, SIG_IGN);
    ::close(ends[1]);
    char end = 0;
    while (::read(ends[0], &end, 1) < 0 && errno == EINTR) {
    }
    take_away(folder);
    ::_exit(0);
  }
  ::close(ends[0]);
  alive_ = ends[1];
}

void Host::start_driver(int orphan_s, const fs::path& images) {
  ProcessDriverOptions options = options_in(folder);
  options.images = images;
  options.orphan_s_max = orphan_s;
  auto made = make_process_driver(options);
  BOOST_REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
  driver = std::move(*made);
}

std::unique_ptr<AgentConnection> Host::start(std::uint8_t number, std::uint64_t boot,
                                             const std::string& image) {
  auto connection = driver->start({phone(number), boot, image, 720, 1280});
  BOOST_REQUIRE_MESSAGE(connection.ok(), (connection.ok() ? "" : connection.error().message));
  return std::move(*connection);
}

fs::path Host::home(std::uint8_t number) const {
  return folder / "phones" / name_of(phone(number)) / "home";
}

fs::path Host::run(std::uint8_t number) const { return folder / "run" / name_of(phone(number)); }

std::string Host::status(std::uint8_t number) const { return read_file(run(number) / "status"); }

pid_t Host::agent(std::uint8_t number) const {
  const std::string text = status(number);
  const std::string word = "\"child-pid\":";
  BOOST_REQUIRE(text.find(word) != std::string::npos);
  return static_cast<pid_t>(std::atol(text.c_str() + text.find(word) + word.size()));
}

std::set<pid_t> Host::processes(pid_t agent) const {
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
    ::poll(&readable, 1, kFrameMs);
    return guest.next_frame(frame) || guest.ended();
  }));
  BOOST_REQUIRE(!guest.ended());
  return frame;
}

bool shows(AgentConnection& guest, const std::function<bool()>& picture) {
  guest.request_frame(true);
  return eventually([&] {
           pollfd readable{guest.event_fd(), POLLIN, 0};
           ::poll(&readable, 1, kFrameMs);
           FrameReady frame;
           if (guest.next_frame(frame)) guest.request_frame(false);
           return picture() || guest.ended();
         }) &&
         picture();
}

std::uint32_t pixel(const AgentConnection& guest, int x, int y) {
  std::uint32_t value = 0;
  std::memcpy(&value, guest.pixels() + y * guest.hello().stride_bytes + x * 4, sizeof value);
  return value & kWhite;
}

bool is_launcher(const AgentConnection& guest) {
  if (inked(guest, {0, 120, 720, 1060}) > 0) return false;
  for (const int left : {0, 242, 484}) {
    const auto at = [&](int x) { return static_cast<std::uint16_t>(left + x); };
    // A name is lines, an icon is mostly filled.
    if (inked(guest, {at(12), 50, 46, 46}) < 46 * 46 / 2) return false;
    if (inked(guest, {at(74), 48, 80, 20}) < 80 * 20 / 10) return false;
  }
  return true;
}

void tap(AgentConnection& guest, Point at) {
  guest.inject(Touch{0, TouchPhase::kDown, at});
  guest.inject(Touch{0, TouchPhase::kUp, at});
}

void type(AgentConnection& guest, const std::string& utf8) {
  for (std::size_t at = 0; at < utf8.size();) {
    std::size_t end = std::min(at + kTextBytesMax, utf8.size());
    while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xc0) == 0x80) --end;
    guest.inject(Text{utf8.substr(at, end - at)});
    at = end;
  }
}

int prompts(const AgentConnection& guest) {
  int inked_lines = 0;
  for (int line = 0; line < 5; ++line) {
    bool inked = false;
    for (int x = 40; x < 62; ++x) inked |= pixel(guest, x, 27 + line * 37) != kWhite;
    inked_lines += inked ? 1 : 0;
  }
  return inked_lines;
}

// Two prompts: it took a key. One that comes before it has the focus goes to nobody: asked again,
// now and then.
void open_terminal(AgentConnection& guest) {
  BOOST_REQUIRE(shows(guest, [&] { return is_launcher(guest); }));
  tap(guest, kTerminal);
  BOOST_REQUIRE(shows(guest, [&] { return pixel(guest, 360, 640) == kWhite; }));
  BOOST_REQUIRE(shows(guest, [&] { return prompts(guest) >= 1; }));
  auto again = std::chrono::steady_clock::now();
  BOOST_REQUIRE(shows(guest, [&] {
    if (prompts(guest) >= 2) return true;
    if (std::chrono::steady_clock::now() >= again) {
      guest.inject(Text{"\n"});
      again = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    }
    return false;
  }));
}

}  // namespace rookery::guest
