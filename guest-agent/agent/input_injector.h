// A viewer's hands on the X server, through its XTEST extension.
#pragma once

#include <xcb/xcb.h>

#include <cstdint>
#include <set>

#include "guest-agent/agent/keyboard.h"
#include "schemas/input_events.h"
#include "schemas/result.h"

namespace rookery::guest {

// The first finger that touches is the pointer with its first button down; XTEST knows no further
// fingers, they are ignored until it lifts. Between touches the pointer waits in the last corner:
// nothing hovers under a finger that is not there.
class InputInjector {
 public:
  InputInjector(xcb_connection_t* connection, const xcb_screen_t& screen);

  void inject(const InputEvent& event);
  // Lifts whatever is down: its viewer is gone.
  void release_all();

 private:
  void touch(const Touch& touch);
  void key(const Key& key);
  void text(const Text& text);
  void scroll(const Scroll& scroll);

  void move(Point to);
  void park();
  void button(std::uint8_t number, bool down);
  void press(xcb_keycode_t code, bool down);
  void turn_wheel(int& rest, int units, std::uint8_t less, std::uint8_t more);

  xcb_connection_t* connection_;
  const xcb_screen_t& screen_;
  Keyboard keyboard_;
  int finger_ = -1;               // the one that is the pointer; -1: none
  std::set<xcb_keycode_t> held_;  // keys
  int wheel_x_ = 0;               // units not yet turned, less than a notch
  int wheel_y_ = 0;
};

}  // namespace rookery::guest
