// Reading a selection whose owner gives it in pieces, as toolkits do with long ones (ICCCM, section
// 2.7.2). What programs of the desktop copy is tested end to end.
#include "guest-agent/agent/clipboard.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "guest-agent/agent/process.h"
#include "guest-agent/agent/x_server.h"

namespace rookery::guest {
namespace {

using Event = std::unique_ptr<xcb_generic_event_t, decltype(&std::free)>;

xcb_atom_t atom(xcb_connection_t* connection, const char* name) {
  const auto length = static_cast<std::uint16_t>(std::strlen(name));
  xcb_intern_atom_reply_t* reply =
      xcb_intern_atom_reply(connection, xcb_intern_atom(connection, 0, length, name), nullptr);
  BOOST_REQUIRE(reply != nullptr);
  const xcb_atom_t found = reply->atom;
  std::free(reply);
  return found;
}

// A program that owns CLIPBOARD and hands it over piece by piece.
class Owner {
 public:
  explicit Owner(std::vector<std::string> pieces)
      : connection_(xcb_connect(nullptr, nullptr)), pieces_(std::move(pieces)) {
    BOOST_REQUIRE(xcb_connection_has_error(connection_.get()) == 0);
    const xcb_screen_t* screen = xcb_setup_roots_iterator(xcb_get_setup(connection())).data;
    window_ = xcb_generate_id(connection());
    xcb_create_window(connection(), 0, window_, screen->root, 0, 0, 1, 1, 0,
                      XCB_WINDOW_CLASS_INPUT_ONLY, screen->root_visual, 0, nullptr);
    xcb_set_selection_owner(connection(), window_, atom(connection(), "CLIPBOARD"),
                            XCB_CURRENT_TIME);
    std::free(xcb_get_input_focus_reply(connection(), xcb_get_input_focus(connection()), nullptr));
  }
  void go_on() {
    while (const Event event{xcb_poll_for_event(connection()), &std::free}) {
      const int kind = event->response_type & 0x7f;
      if (kind == XCB_SELECTION_REQUEST) {
        announce(reinterpret_cast<const xcb_selection_request_event_t&>(*event));
      } else if (kind == XCB_PROPERTY_NOTIFY) {
        const auto& notify = reinterpret_cast<const xcb_property_notify_event_t&>(*event);
        if (notify.atom == property_ && notify.state == XCB_PROPERTY_DELETE) next_piece();
      }
    }
    xcb_flush(connection());
  }

 private:
  xcb_connection_t* connection() { return connection_.get(); }
  void announce(const xcb_selection_request_event_t& request) {
    requestor_ = request.requestor;
    property_ = request.property;
    const std::uint32_t mask = XCB_EVENT_MASK_PROPERTY_CHANGE;
    xcb_change_window_attributes(connection(), requestor_, XCB_CW_EVENT_MASK, &mask);
    const std::uint32_t size = 1;
    xcb_change_property(connection(), XCB_PROP_MODE_REPLACE, requestor_, property_,
                        atom(connection(), "INCR"), 32, 1, &size);
    xcb_selection_notify_event_t notify{};
    notify.response_type = XCB_SELECTION_NOTIFY;
    notify.requestor = request.requestor;
    notify.selection = request.selection;
    notify.target = request.target;
    notify.property = request.property;
    xcb_send_event(connection(), 0, requestor_, 0, reinterpret_cast<const char*>(&notify));
  }
  // An empty one at the end.
  void next_piece() {
    const std::string piece = given_ < pieces_.size() ? pieces_[given_] : "";
    ++given_;
    if (given_ > pieces_.size() + 1) return;
    xcb_change_property(connection(), XCB_PROP_MODE_REPLACE, requestor_, property_,
                        atom(connection(), "UTF8_STRING"), 8,
                        static_cast<std::uint32_t>(piece.size()), piece.data());
  }

  std::unique_ptr<xcb_connection_t, Disconnect> connection_;
  std::vector<std::string> pieces_;
  std::size_t given_ = 0;
  xcb_window_t window_ = 0;
  xcb_window_t requestor_ = 0;
  xcb_atom_t property_ = 0;
};

// An X server of its own.
struct Display {
  Display() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const auto spawned = spawn(
        {"Xvfb", "-displayfd", "3", "-screen", "0", "320x240x24", "-nolisten", "tcp", "-noreset"},
        "/dev/null", ends[1]);
    BOOST_REQUIRE(spawned.ok());
    pid = *spawned;
    ::close(ends[1]);
    std::string display = ":";
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) display += c;
    ::close(ends[0]);
    ::setenv("DISPLAY", display.c_str(), 1);
    connection.reset(xcb_connect(nullptr, nullptr));
    BOOST_REQUIRE(xcb_connection_has_error(connection.get()) == 0);
    clipboard = std::make_unique<Clipboard>(
        connection.get(), *xcb_setup_roots_iterator(xcb_get_setup(connection.get())).data);
  }
  ~Display() {
    connection.reset();
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;
  // At a clock that stands still.
  std::optional<ClipboardText> answer(Owner* owner, std::int64_t now_us = 1) {
    for (int turn = 0; turn < 3000; ++turn) {
      if (owner != nullptr) owner->go_on();
      pollfd readable{xcb_get_file_descriptor(connection.get()), POLLIN, 0};
      ::poll(&readable, 1, 10);
      while (const Event event{xcb_poll_for_event(connection.get()), &std::free}) {
        clipboard->take_event(*event, now_us);
      }
      if (auto copied = clipboard->take_answer(now_us)) return copied;
    }
    return std::nullopt;
  }

  pid_t pid = 0;
  std::unique_ptr<xcb_connection_t, Disconnect> connection;
  std::unique_ptr<Clipboard> clipboard;
};

BOOST_AUTO_TEST_SUITE(clipboard)

BOOST_AUTO_TEST_CASE(puts_the_pieces_of_a_long_text_together) {
  Display display;
  Owner owner({std::string(4000, 'a'), std::string(4000, 'b'), "ß"});
  display.clipboard->ask(1);
  const ClipboardText wanted{ClipboardState::kText,
                             std::string(4000, 'a') + std::string(4000, 'b') + "ß"};
  BOOST_TEST((display.answer(&owner) == wanted));
}

BOOST_AUTO_TEST_CASE(ends_a_text_that_is_too_long) {
  Display display;
  Owner owner(std::vector<std::string>(3, std::string(kClipboardBytesMax / 2, 'a')));
  display.clipboard->ask(1);
  BOOST_TEST((display.answer(&owner) == ClipboardText{ClipboardState::kTooLong, ""}));
}

BOOST_AUTO_TEST_CASE(waits_no_longer_than_it_should_for_a_program_that_hangs) {
  Display display;
  Owner owner({"never given"});
  display.clipboard->ask(1);
  BOOST_TEST(display.clipboard->due_us() == 1 + Clipboard::kAnswerUsMax);
  BOOST_TEST(!display.clipboard->take_answer(Clipboard::kAnswerUsMax).has_value());
  BOOST_TEST((display.clipboard->take_answer(1 + Clipboard::kAnswerUsMax) ==
              ClipboardText{ClipboardState::kNothing, ""}));
  BOOST_TEST(display.clipboard->due_us() == 0);
}

BOOST_AUTO_TEST_CASE(says_that_nobody_copied_anything) {
  Display display;
  display.clipboard->ask(1);
  BOOST_TEST((display.answer(nullptr) == ClipboardText{ClipboardState::kNothing, ""}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
