// What a viewer's hands do, as programs in the guest see it.
#include <poll.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "tests/end_to_end/guest_host.h"

namespace rookery::guest {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kControl = 0xffe3;
constexpr std::uint32_t kWhite = 0xffffff;

void press_with_control(AgentConnection& guest, char letter) {
  guest.inject(Key{kControl, true});
  guest.inject(Key{static_cast<std::uint32_t>(letter), true});
  guest.inject(Key{static_cast<std::uint32_t>(letter), false});
  guest.inject(Key{kControl, false});
}

void append(std::string& utf8, char32_t c) {
  const auto tail = [&](int shift) {
    utf8.push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3f)));
  };
  if (c < 0x80) {
    utf8.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    utf8.push_back(static_cast<char>(0xc0 | (c >> 6)));
    tail(0);
  } else if (c < 0x10000) {
    utf8.push_back(static_cast<char>(0xe0 | (c >> 12)));
    tail(6);
    tail(0);
  } else {
    utf8.push_back(static_cast<char>(0xf0 | (c >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

// Most characters are on no key, and most of those come once: each needs a key of its own.
std::string lines_of_many_scripts(int lines, int length) {
  struct Script {
    char32_t first = 0;
    std::uint32_t size = 0;
  };
  const std::vector<Script> scripts{{U'一', 20'000}, {U'あ', 80}, {U'а', 32},
                                    {U'😀', 60},      {U'a', 26},  {U'A', 26}};
  std::mt19937 random(1);
  std::string text;
  for (int line = 0; line < lines; ++line) {
    for (int i = 0; i < length; ++i) {
      const Script& script = scripts[random() % scripts.size()];
      append(text, script.first + random() % script.size);
    }
    text += "\n";
  }
  return text;
}

// A program hangs for a moment while input comes, as on an overloaded machine: nothing of it may be
// lost or turn into something else. `program` as in /proc/PID/comm, so at most 15 characters.
void hang_during(const Host& host, const std::string& program, const std::function<void()>& input) {
  pid_t pid = 0;
  for (const pid_t one : host.processes(host.agent(1))) {
    if (read_file("/proc/" + std::to_string(one) + "/comm") == program + "\n") pid = one;
  }
  BOOST_REQUIRE(pid != 0);
  ::kill(pid, SIGSTOP);
  input();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  ::kill(pid, SIGCONT);
}

BOOST_AUTO_TEST_SUITE(guest_input)

BOOST_AUTO_TEST_CASE(takes_text_of_many_scripts) {
  Host host;
  const auto guest = host.start(1, 1);
  open_terminal(*guest);
  const std::string words = "Aa{}|~'\" äßÉ €„“ żółć Привет ελλ 漢字 かな";
  // A shell that still reads a command takes what comes behind it as it is: a Return is no line's
  // end then. So the rest waits until the command runs.
  type(*guest, "cat > typed\n");
  BOOST_REQUIRE(eventually([&] { return fs::exists(host.home(1) / "typed"); }));
  type(*guest, words + "\n");
  press_with_control(*guest, 'd');
  type(*guest, "mv typed whole\n");
  BOOST_TEST(eventually([&] { return fs::exists(host.home(1) / "whole"); }));
  BOOST_TEST(read_file(host.home(1) / "whole") == words + "\n");
}

BOOST_AUTO_TEST_CASE(types_into_a_terminal_that_hangs) {
  Host host;
  const auto guest = host.start(1, 1);
  open_terminal(*guest);
  type(*guest, "cat > typed\n");
  BOOST_REQUIRE(eventually([&] { return fs::exists(host.home(1) / "typed"); }));
  const std::string text = lines_of_many_scripts(20, 50);
  hang_during(host, "xterm", [&] { type(*guest, text); });
  press_with_control(*guest, 'd');
  type(*guest, "mv typed whole\n");
  BOOST_TEST(eventually([&] { return fs::exists(host.home(1) / "whole"); }));
  BOOST_TEST(read_file(host.home(1) / "whole") == text);
}

BOOST_AUTO_TEST_CASE(types_into_an_editor_that_hangs) {
  Host host;
  const auto guest = host.start(1, 1);
  open_terminal(*guest);
  type(*guest, "touch typed; l3afpad typed\n");
  // Its menu bar.
  BOOST_REQUIRE(shows(*guest, [&] { return pixel(*guest, 700, 20) != kWhite; }));
  const std::string text = lines_of_many_scripts(20, 50);
  hang_during(host, "l3afpad", [&] { type(*guest, text); });
  press_with_control(*guest, 's');
  BOOST_TEST(eventually([&] { return fs::file_size(host.home(1) / "typed") >= text.size(); }));
  BOOST_TEST(read_file(host.home(1) / "typed") == text);
}

// Taps that would take the guest over ten seconds.
BOOST_AUTO_TEST_CASE(taps_of_a_revoked_session_hold_up_nobody) {
  constexpr int kTaps = 250;
  Host host;
  const auto guest = host.start(1, 1);
  BOOST_REQUIRE(shows(*guest, [&] { return is_launcher(*guest); }));
  const EntityId flood = make_entity_id(EntityKind::kSession, {1});
  const EntityId other = make_entity_id(EntityKind::kSession, {2});
  const Point nothing{360, 900};
  for (std::uint64_t i = 0; i < kTaps; ++i) {
    guest->inject(Touch{0, TouchPhase::kDown, nothing}, {flood, 2 * i + 1});
    guest->inject(Touch{0, TouchPhase::kUp, nothing}, {flood, 2 * i + 2});
  }
  const auto began = std::chrono::steady_clock::now();
  guest->forget(flood);
  guest->inject(Touch{0, TouchPhase::kDown, kTerminal}, {other, 1});
  guest->inject(Touch{0, TouchPhase::kUp, kTerminal}, {other, 2});
  BOOST_TEST(shows(*guest, [&] { return pixel(*guest, 360, 640) == kWhite; }));
  const auto took = std::chrono::steady_clock::now() - began;
  BOOST_TEST((took < std::chrono::milliseconds(40) * kTaps));
}

BOOST_AUTO_TEST_CASE(a_session_with_too_many_taps_is_overfull_until_it_is_forgotten) {
  Host host;
  const auto guest = host.start(1, 1);
  BOOST_REQUIRE(shows(*guest, [&] { return is_launcher(*guest); }));
  const EntityId flood = make_entity_id(EntityKind::kSession, {1});
  std::uint64_t number = 0;
  BOOST_TEST(eventually([&] {
    for (int i = 0; i < 50; ++i) {
      guest->inject(Touch{0, TouchPhase::kDown, {360, 900}}, {flood, ++number});
      guest->inject(Touch{0, TouchPhase::kUp, {360, 900}}, {flood, ++number});
    }
    FrameReady frame;
    guest->next_frame(frame);
    return guest->full(flood);
  }));
  BOOST_TEST(!guest->full(make_entity_id(EntityKind::kSession, {2})));
  guest->forget(flood);
  BOOST_TEST(!guest->full(flood));
  BOOST_TEST(!guest->ended());
}

// What was said before a host's death happens once, however often its successor says it.
BOOST_AUTO_TEST_CASE(a_host_that_dies_leaves_nothing_out_and_doubles_nothing) {
  Host host;
  auto guest = host.start(1, 1);
  BOOST_REQUIRE(shows(*guest, [&] { return is_launcher(*guest); }));
  BOOST_TEST(guest->hello().inputs.empty());
  const EntityId session = make_entity_id(EntityKind::kSession, {1});
  guest->inject(Touch{0, TouchPhase::kDown, kTerminal}, {session, 1});
  guest->inject(Touch{0, TouchPhase::kUp, kTerminal}, {session, 2});
  guest.reset();
  guest = host.start(1, 1);
  BOOST_TEST((guest->hello().inputs == std::vector<InputNumber>{{session, 2}}));
  BOOST_REQUIRE(shows(*guest, [&] { return pixel(*guest, 360, 640) == kWhite; }));
  type(*guest, "cat > typed\n");
  BOOST_REQUIRE(eventually([&] { return fs::exists(host.home(1) / "typed"); }));
  guest->inject(Text{"a"}, {session, 3});
  guest->inject(Text{"b"}, {session, 4});
  guest.reset();
  guest = host.start(1, 1);
  BOOST_TEST((guest->hello().inputs == std::vector<InputNumber>{{session, 4}}));
  guest->inject(Text{"b"}, {session, 4});
  guest->inject(Text{"c\n"}, {session, 5});
  press_with_control(*guest, 'd');
  type(*guest, "mv typed whole\n");
  BOOST_TEST(eventually([&] { return fs::exists(host.home(1) / "whole"); }));
  BOOST_TEST(read_file(host.home(1) / "whole") == "abc\n");
}

// Asks until the program has copied it; every question is answered.
ClipboardText copied(AgentConnection& guest, const ClipboardText& wanted) {
  ClipboardText last;
  const bool came = eventually([&] {
    guest.request_clipboard();
    std::optional<ClipboardText> answer;
    BOOST_REQUIRE(eventually([&] {
      pollfd readable{guest.event_fd(), POLLIN, 0};
      ::poll(&readable, 1, 100);
      FrameReady frame;
      while (guest.next_frame(frame)) {
      }
      answer = guest.take_clipboard();
      return answer || guest.ended();
    }));
    BOOST_REQUIRE(answer.has_value());
    last = *answer;
    return last == wanted;
  });
  BOOST_TEST(came);
  return last;
}

BOOST_AUTO_TEST_CASE(hands_over_what_a_program_copied) {
  Host host;
  const auto guest = host.start(1, 1);
  copied(*guest, {ClipboardState::kNothing, ""});
  open_terminal(*guest);
  const std::string text = lines_of_many_scripts(20, 50);
  std::ofstream(host.home(1) / "text") << text;
  type(*guest, "l3afpad text\n");
  BOOST_REQUIRE(shows(*guest, [&] { return pixel(*guest, 700, 20) != kWhite; }));
  press_with_control(*guest, 'a');
  press_with_control(*guest, 'c');
  copied(*guest, {ClipboardState::kText, text});
  // Longer than anybody wants to paste.
  type(*guest, std::string(2000, 'x'));
  for (int doubled = 2000; doubled <= 65'536; doubled *= 2) {
    for (const char letter : {'a', 'c'}) press_with_control(*guest, letter);
    guest->inject(Key{0xff53, true});  // right: to the end
    guest->inject(Key{0xff53, false});
    press_with_control(*guest, 'v');
  }
  for (const char letter : {'a', 'c'}) press_with_control(*guest, letter);
  copied(*guest, {ClipboardState::kTooLong, ""});
}

// Two thumbs: the second is down before the first is up. And somebody else's finger of that number.
BOOST_AUTO_TEST_CASE(of_taps_that_overlap_each_is_a_tap) {
  Host host;
  const auto guest = host.start(1, 1);
  BOOST_REQUIRE(shows(*guest, [&] { return is_launcher(*guest); }));
  tap(*guest, kCalculator);
  BOOST_REQUIRE(shows(*guest, [&] { return !is_launcher(*guest); }));
  const Point seven{74, 474}, five{217, 680}, six{360, 680};
  const EntityId other = make_entity_id(EntityKind::kSession, {2});
  guest->inject(Touch{0, TouchPhase::kDown, seven});
  guest->inject(Touch{1, TouchPhase::kDown, five});
  guest->inject(Touch{0, TouchPhase::kUp, seven});
  guest->inject(Touch{0, TouchPhase::kUp, five}, {other, 1});
  guest->inject(Touch{1, TouchPhase::kUp, five});
  guest->inject(Touch{0, TouchPhase::kDown, six}, {other, 2});
  guest->inject(Touch{0, TouchPhase::kUp, six}, {other, 3});
  press_with_control(*guest, 'c');
  copied(*guest, {ClipboardState::kText, "756"});
}

BOOST_AUTO_TEST_CASE(taps_while_the_window_manager_hangs) {
  Host host;
  const auto guest = host.start(1, 1);
  BOOST_REQUIRE(shows(*guest, [&] { return is_launcher(*guest); }));
  hang_during(host, "matchbox-window", [&] { tap(*guest, kTerminal); });
  BOOST_TEST(shows(*guest, [&] { return pixel(*guest, 360, 640) == kWhite; }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
