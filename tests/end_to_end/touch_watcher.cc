// rookery-touch-watcher: a guest's program that writes what touches it into the home folder's
// `touches`, a line each. The upper half of its window takes touches of XInput 2.2 and clicks, as
// GTK's programs do; the lower half knows clicks only, as old programs do.
//   ready                       shown
//   begin|update|end ID X Y     a touch; places are pixels of the screen
//   press|release X Y           a click
#include <xcb/xcb.h>
#include <xcb/xinput.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

namespace {

constexpr std::uint32_t kClicks = XCB_EVENT_MASK_BUTTON_PRESS | XCB_EVENT_MASK_BUTTON_RELEASE;

class Watcher {
 public:
  Watcher()
      : connection_(xcb_connect(nullptr, nullptr)),
        out_(std::string(std::getenv("HOME")) + "/touches") {}

  int run() {
    if (xcb_connection_has_error(connection_) != 0) return 1;
    auto* version = xcb_input_xi_query_version_reply(
        connection_, xcb_input_xi_query_version(connection_, 2, 2), nullptr);
    if (version == nullptr) return 1;
    std::free(version);
    make_windows();
    while (xcb_generic_event_t* raw = xcb_wait_for_event(connection_)) {
      const std::unique_ptr<xcb_generic_event_t, decltype(&std::free)> event(raw, &std::free);
      take(*event);
    }
    return 1;
  }

 private:
  void make_windows() {
    const auto* screen = xcb_setup_roots_iterator(xcb_get_setup(connection_)).data;
    const std::uint16_t width = screen->width_in_pixels;
    const std::uint16_t half = screen->height_in_pixels / 2;
    const auto make = [&](xcb_window_t parent, int y, int height, std::uint32_t events) {
      const xcb_window_t window = xcb_generate_id(connection_);
      const std::array<std::uint32_t, 2> values{screen->white_pixel, events};
      xcb_create_window(connection_, XCB_COPY_FROM_PARENT, window, parent, 0,
                        static_cast<std::int16_t>(y), width, static_cast<std::uint16_t>(height), 0,
                        XCB_WINDOW_CLASS_INPUT_OUTPUT, screen->root_visual,
                        XCB_CW_BACK_PIXEL | XCB_CW_EVENT_MASK, values.data());
      return window;
    };
    const xcb_window_t window = make(screen->root, 0, 2 * half, 0);
    const xcb_window_t modern = make(window, 0, half, kClicks);
    make(window, half, half, kClicks | XCB_EVENT_MASK_EXPOSURE);
    const struct {
      xcb_input_event_mask_t head{XCB_INPUT_DEVICE_ALL_MASTER, 1};
      std::uint32_t mask = XCB_INPUT_XI_EVENT_MASK_TOUCH_BEGIN |
                           XCB_INPUT_XI_EVENT_MASK_TOUCH_UPDATE | XCB_INPUT_XI_EVENT_MASK_TOUCH_END;
    } touches;
    xcb_input_xi_select_events(connection_, modern, 1, &touches.head);
    xcb_map_subwindows(connection_, window);
    xcb_map_window(connection_, window);
    xcb_flush(connection_);
  }

  void take(const xcb_generic_event_t& event) {
    const int kind = event.response_type & 0x7f;
    if (kind == XCB_EXPOSE && !shown_) {
      shown_ = true;
      out_ << "ready" << std::endl;
    } else if (kind == XCB_BUTTON_PRESS || kind == XCB_BUTTON_RELEASE) {
      const auto& click = reinterpret_cast<const xcb_button_press_event_t&>(event);
      out_ << (kind == XCB_BUTTON_PRESS ? "press " : "release ") << click.root_x << " "
           << click.root_y << std::endl;
    } else if (kind == XCB_GE_GENERIC) {
      take_touch(reinterpret_cast<const xcb_input_touch_begin_event_t&>(event));
    }
  }

  void take_touch(const xcb_input_touch_begin_event_t& touch) {
    static constexpr std::array<const char*, 3> kNames{"begin", "update", "end"};
    const int phase = touch.event_type - XCB_INPUT_TOUCH_BEGIN;
    if (phase < 0 || phase > 2) return;
    out_ << kNames[static_cast<std::size_t>(phase)] << " " << touch.detail << " "
         << (touch.root_x >> 16) << " " << (touch.root_y >> 16) << std::endl;
  }

  xcb_connection_t* connection_;
  std::ofstream out_;
  bool shown_ = false;
};

}  // namespace

int main() { return Watcher().run(); }
