// `rookery view` against a real media host on loopback, with a guest in memory.
#include <stdlib.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "media/key_pair.h"
#include "media/media_host.h"
#include "tests/unit/media/memory_guest.h"
#include "tests/unit/rookery_tool/small_server.h"
#include "tools/rookery/json.h"
#include "tools/rookery/time_text.h"
#include "tools/rookery/view/view_command.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

constexpr int kWidth = 360;
constexpr int kHeight = 640;
const EntityId kPhone = make_entity_id(EntityKind::kPhone, {7});

std::string base64url(const std::array<std::uint8_t, 32>& key) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const std::uint8_t byte : key) {
    buffer = (buffer << 8) | byte;
    for (bits += 8; bits >= 6; bits -= 6) text += kDigits[(buffer >> (bits - 6)) & 63];
  }
  text += kDigits[(buffer << (6 - bits)) & 63];
  return text;
}

// Passes inputs on, and answers a finger by painting the screen white.
class PaintingSink final : public media::InputSink {
 public:
  PaintingSink(media::MemoryGuest& guest, std::unique_ptr<media::InputSink> sink)
      : guest_(guest), sink_(std::move(sink)) {}
  void inject(const InputEvent& event, const InputNumber& number) override {
    sink_->inject(event, number);
    const auto* touch = std::get_if<Touch>(&event);
    if (touch == nullptr || touch->phase != TouchPhase::kDown) return;
    guest_.draw([](media::TestScreen& screen) { screen.fill({0, 0, kWidth, kHeight}, 0xffffff); });
  }

 private:
  media::MemoryGuest& guest_;
  std::unique_ptr<media::InputSink> sink_;
};

struct Fixture {
  media::KeyPair key = media::make_key_pair();
  media::MemoryGuest guest{kWidth, kHeight, 1};
  std::mutex mutex;
  std::unique_ptr<media::MediaHost> host;
  std::atomic<std::uint8_t> sessions{0};
  bool headless = true;
  std::filesystem::path folder;
  SmallServer server{[this](const SmallRequest& request) { return answer(request); }};

  Fixture() {
    char name[] = "/tmp/rookery_view_test.XXXXXX";
    folder = mkdtemp(name);
    setenv("XDG_CONFIG_HOME", folder.c_str(), 1);
    start_host();
  }
  ~Fixture() {
    host.reset();
    std::filesystem::remove_all(folder);
  }
  void start_host(VideoCodec codec = VideoCodec::kVp8) {
    const std::lock_guard lock(mutex);
    media::MediaOptions options;
    options.codec = codec;
    options.key = key;
    auto started = media::start_media_host(options, [](const host::Report&) {});
    BOOST_TEST_REQUIRE(started.ok(), (started.ok() ? "" : started.error().message));
    host = std::move(*started);
    host->attach_phone(kPhone, guest.source(), std::make_unique<PaintingSink>(guest, guest.sink()));
  }
  SmallAnswer answer(const SmallRequest& request) {
    if (request.method == "GET") return {200, to_line({{"name", "test phone"}})};
    const std::lock_guard lock(mutex);
    if (!host) return {503, R"({"error":{"message":"starting"}})"};
    host::AdmitSession admit;
    admit.phone = kPhone;
    admit.session = make_entity_id(EntityKind::kSession, {++sessions});
    admit.ticket.bytes[3] = sessions;
    admit.ticket_key.fill(sessions);
    admit.ticket_expires_us = wall_clock_us() + 60'000'000;
    admit.control = true;
    host->admit(admit);
    return {201, to_line({{"id", to_text(admit.session)},
                          {"ticket", to_text(admit.ticket)},
                          {"ticket_key", base64url(admit.ticket_key)},
                          {"server_public_key", base64url(key.public_key)},
                          {"media_address", "127.0.0.1:" + std::to_string(host->port())}})};
  }
  std::string file(const char* name) const { return (folder / name).string(); }
  std::string script(const std::string& text) {
    std::ofstream(file("script")) << text;
    return file("script");
  }
  int view(const std::vector<std::string>& more, std::string& err) {
    std::vector<std::string> all = {"rookery", "--server", server.url(),   "--token",
                                    "t",       "view",     to_text(kPhone)};
    if (headless) all.emplace_back("--headless");
    all.insert(all.end(), more.begin(), more.end());
    std::vector<const char*> arguments;
    for (const auto& argument : all) arguments.push_back(argument.c_str());
    std::ostringstream out;
    std::ostringstream errors;
    const int code = run_command_line(static_cast<int>(arguments.size()), arguments.data(), out,
                                      errors, add_view_command);
    err = errors.str();
    return code;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_scripted_tap_is_seen_and_everything_is_written, Fixture) {
  const std::string lines = "wait-still 100 30000\npng " + file("before.png") +
                            "\ntap 10 20\nwait-change 30000\nwait-still 100 30000\n"
                            "text \"hello\"\nkey Return\nscroll 5 5 0 120\nwait 300\n";
  std::string err;
  const int code = view({"--script", script(lines), "--png", file("after.png"), "--record",
                         file("run.webm"), "--stats", file("stats.json")},
                        err);
  BOOST_TEST_REQUIRE(code == 0, err);
  const auto inputs = guest.inputs();
  const std::vector<InputEvent> expected = {Touch{0, TouchPhase::kDown, {10, 20}},
                                            Touch{0, TouchPhase::kUp, {10, 20}},
                                            Text{"hello"},
                                            Key{0xff0d, true},
                                            Key{0xff0d, false},
                                            Scroll{{5, 5}, 0, 120}};
  BOOST_TEST((inputs == expected));
  // A flat white picture packs far smaller than one of strokes.
  BOOST_TEST(std::filesystem::file_size(file("after.png")) <
             std::filesystem::file_size(file("before.png")));
  BOOST_TEST(std::filesystem::file_size(file("run.webm")) > 1000u);
  std::ifstream text(file("stats.json"));
  const Json stats = Json::parse(text);
  BOOST_TEST(stats["join_ms"].get<int>() >= 1);
  BOOST_TEST(stats["frames_decoded"].get<int>() >= 2);
  BOOST_TEST(stats["inputs_sent"].get<int>() == 6);
  BOOST_TEST(stats["inputs_acknowledged"].get<int>() == 6);
  BOOST_TEST(stats["glass_to_glass_ms_p50"].get<double>() > 0.0);
  BOOST_TEST_MESSAGE("view: " << to_line(stats));
}

BOOST_FIXTURE_TEST_CASE(a_host_that_codes_vp9_is_seen_and_recorded_as_such, Fixture) {
  start_host(VideoCodec::kVp9);
  std::string err;
  const int code = view({"--script", script("wait-still 100 30000\ntap 10 20\nwait-change 30000\n"),
                         "--png", file("vp9.png"), "--record", file("vp9.webm")},
                        err);
  BOOST_TEST_REQUIRE(code == 0, err);
  BOOST_TEST(std::filesystem::file_size(file("vp9.png")) > 100u);
  std::ifstream recorded(file("vp9.webm"), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(recorded), {}};
  BOOST_TEST(bytes.find("V_VP9") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_script_that_waits_in_vain_fails_with_its_line, Fixture) {
  std::string err;
  BOOST_TEST(view({"--script", script("wait-still 50 30000\nwait-change 200\n")}, err) == 1);
  BOOST_TEST(err.find("line 2: ") != std::string::npos, err);
  BOOST_TEST(view({"--script", script("wait 60000\n"), "--seconds", "0.2"}, err) == 1);
  BOOST_TEST(err.find("--seconds") != std::string::npos, err);
  BOOST_TEST(view({"--script", script("wait 5\njump\n")}, err) == 2);
  BOOST_TEST(err.find("line 2: ") != std::string::npos, err);
}

BOOST_FIXTURE_TEST_CASE(a_script_that_touches_needs_control, Fixture) {
  std::string err;
  BOOST_TEST(view({"--watch-only", "--script", script("tap 1 1\n")}, err) == 2);
  BOOST_TEST(err.find("--watch-only") != std::string::npos, err);
  BOOST_TEST(view({"--watch-only", "--script", script("wait-still 50 60000\n")}, err) == 0, err);
}

BOOST_FIXTURE_TEST_CASE(a_host_that_restarts_is_found_again, Fixture) {
  std::string err;
  int code = -1;
  std::thread viewer([&] {
    code = view({"--script",
                 script("wait-still 50 60000\ntap 1 1\nwait-change 60000\n"
                        "tap 2 2\ntap 3 3\nwait-change 60000\n"),
                 "--stats", file("stats.json")},
                err);
  });
  while (guest.inputs().size() < 6) std::this_thread::yield();
  {
    const std::lock_guard lock(mutex);
    host.reset();
  }
  // Only a viewer that came back sees this.
  guest.draw([](media::TestScreen& screen) { screen.fill({0, 0, kWidth, kHeight}, 0); });
  start_host();
  viewer.join();
  BOOST_TEST(code == 0, err);
  std::ifstream text(file("stats.json"));
  BOOST_TEST(Json::parse(text)["sessions"].get<int>() == 2);
}

BOOST_FIXTURE_TEST_CASE(without_a_desktop_it_says_so, Fixture) {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"}) unsetenv(name);
  headless = false;
  std::string err;
  BOOST_TEST(view({"--seconds", "1"}, err) == 1, err);
  BOOST_TEST(err.find("--headless") != std::string::npos, err);
}

BOOST_FIXTURE_TEST_CASE(a_window_shows_the_phone_until_its_time_is_over, Fixture) {
  setenv("SDL_VIDEODRIVER", "dummy", 0);
  headless = false;
  std::string err;
  const int code = view({"--seconds", "1", "--png", file("last.png")}, err);
  BOOST_TEST(code == 0, err);
  BOOST_TEST(std::filesystem::exists(file("last.png")));
}
