// A viewer's hands on the X server: fingers on its touchscreen; the mouse, the wheel and keys
// through its XTEST extension.
#pragma once

#include <xcb/xcb.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "guest-agent/agent/keyboard.h"
#include "guest-agent/agent/touch_screen.h"
#include "schemas/ids.h"
#include "schemas/input_events.h"
#include "schemas/result.h"

namespace rookery::guest {

inline constexpr std::int64_t kTouchUsMin = 40'000;
inline constexpr std::int64_t kTogetherUs = 300'000;
inline constexpr std::int64_t kParkAfterUs = 150'000;
inline constexpr std::int64_t kParkAgainUs = 200'000;

// Fingers on one window that move, or stay for kTogetherUs, are there together: each is a touch of
// XInput 2.2. When one is lifted before, they were taps: programs make a click of a second touch
// only when the first is gone, so the first is lifted where it is before the second begins; what it
// does afterwards is nothing. So it is also in another window, and in a program that knows no
// touches, for which the X server makes a pointer's press of one touch at a time. The mouse is the
// pointer with its first button down, and without a touchscreen each finger is it, one at a time.
// Between touches the pointer waits in the last corner: nothing hovers under a finger that is not
// there. Programs look at where the pointer is while they handle a press, so a finger stays for
// kTouchUsMin, as a real one does, even when the network delivers its way down and up at once; what
// comes behind waits for it. A window manager holds a press back until it has seen it: the pointer
// must not leave before, or the press is lost.
class InputInjector {
 public:
  // `touch_screen` may be none.
  InputInjector(xcb_connection_t* connection, const xcb_screen_t& screen,
                std::unique_ptr<TouchScreen> touch_screen);

  // `viewer` tells one's fingers from another's.
  void inject(const InputEvent& event, const EntityId& viewer, std::int64_t now_us);
  // To be called when due_us() has come, or fd() is readable.
  void go_on(std::int64_t now_us);
  // 0: nothing waits.
  std::int64_t due_us() const;
  int fd() const { return keyboard_.readers_fd(); }  // -1: none
  // So much waits that nothing further may be injected until some of it is done.
  bool full() const { return waiting_.size() + kTextBytesMax > kWaitingMax; }
  // So much waits of one viewer that nothing of it is taken any more until forget(); each once.
  std::optional<EntityId> take_overfull();
  // What waits of this viewer does not happen, and what it holds down is lifted.
  void forget(const EntityId& viewer, std::int64_t now_us);
  // Its host is gone: what it said before still happens, then whatever is down is lifted.
  void release_all(std::int64_t now_us);

 private:
  static constexpr std::size_t kWaitingMax = 200'000;
  // Of one viewer: the characters of a large paste; taps take their time.
  static constexpr std::size_t kStepsMax = 70'000;
  static constexpr std::size_t kDownsMax = 256;

  struct Typed {
    std::uint32_t keysym = 0;
  };
  struct LiftAll {};
  struct Finger {
    EntityId viewer;
    std::uint8_t number = 0;
    bool operator==(const Finger&) const = default;
  };
  struct Touched {
    Finger finger;
    TouchPhase phase = TouchPhase::kDown;
    Point at;
    std::int64_t came_us = 0;
  };
  enum class Gesture { kUnknown, kTaps, kTogether };
  struct Touching {
    Finger finger;
    std::uint8_t slot = 0;  // of the touchscreen
    Point from;
    Point at;
    std::int64_t down_us = 0;
  };
  using Step = std::variant<Touched, Key, Typed, Scroll, LiftAll>;
  using Waiting = std::pair<EntityId, Step>;  // whose it is
  struct Load {
    std::size_t steps = 0;
    std::size_t downs = 0;  // among them
  };

  std::int64_t due_of(const Step& step);
  std::uint32_t pressed_symbol(const Step& step) const;
  std::vector<std::uint32_t> symbols_to_come() const;
  void touch(const Touched& touch, std::int64_t now_us);
  void put_down(const Touched& touch, std::int64_t now_us);
  void lift_fingers();
  bool anything_down() const { return pointer_ || !touching_.empty(); }
  bool is_pointer(const Finger& finger) const;
  const Touching* find(const Finger& finger) const;
  std::int64_t second_due(const Touched& touch);
  bool may_join(const Touched& touch);
  Gesture gesture_of(const Touched& touch) const;
  xcb_window_t window_at(Point at);
  void key(const Key& key);
  void scroll(const Scroll& scroll);
  void lift_all();
  static bool comes_down(const Step& step);
  void wait(const EntityId& viewer, const Step& step);
  void pop_first();

  void move(Point to);
  void park();
  bool pointer_is_held();
  void button(std::uint8_t number, bool down);
  void on_screen(std::uint8_t slot, TouchPhase phase, Point at);
  void fake(std::uint8_t kind, std::uint8_t detail, Point at);
  void press(xcb_keycode_t code, bool down);
  void turn_wheel(int& rest, int units, std::uint8_t less, std::uint8_t more);

  xcb_connection_t* connection_;
  const xcb_screen_t& screen_;
  Keyboard keyboard_;
  xcb_window_t hidden_;
  std::deque<Waiting> waiting_;
  std::map<EntityId, Load> loads_;  // of what waits
  std::set<EntityId> overfull_;
  std::vector<EntityId> overfull_untold_;
  EntityId acting_;          // whose step it is
  std::int64_t due_us_ = 0;  // of the first that waits
  std::unique_ptr<TouchScreen> touch_screen_;
  bool faked_ = false;             // since the server last answered us
  std::optional<Finger> pointer_;  // the one that is the pointer
  std::vector<Touching> touching_;
  std::int64_t down_us_ = 0;      // when the latest came
  std::int64_t park_us_ = 0;      // when the pointer leaves; 0: it did
  std::set<xcb_keycode_t> held_;  // keys
  std::map<xcb_keycode_t, EntityId> holders_;
  int wheel_x_ = 0;  // units not yet turned, less than a notch
  int wheel_y_ = 0;
};

}  // namespace rookery::guest
