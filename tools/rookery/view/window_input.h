// From SDL's events to a phone's inputs.
#pragma once

#include <SDL2/SDL_events.h>

#include <cstdint>
#include <map>
#include <set>

#include "tools/rookery/view/fit.h"
#include "tools/rookery/view/script_runner.h"

namespace rookery::tool {

// The mouse's left button is kMouse. Used from the window's thread.
class WindowInput {
 public:
  explicit WindowInput(const InputSender& send) : send_(send) {}

  // Where the picture stands now. Device pixels for each window point: more than 1 on high-dpi.
  void place(Size picture, Size device, Size window);
  void handle(const SDL_Event& event);
  // Lifts everything: the window lost the keyboard, or closes.
  void release_all();

 private:
  using FingerKey = std::int64_t;
  static constexpr FingerKey kMouseKey = -1;

  void press(FingerKey key, double x, double y);
  void move(FingerKey key, double x, double y);
  void lift(FingerKey key, double x, double y, TouchPhase phase);
  void mouse_button(const SDL_MouseButtonEvent& button);
  void touch(const SDL_TouchFingerEvent& finger);
  void wheel(const SDL_MouseWheelEvent& wheel);
  void key(const SDL_KeyboardEvent& key);
  double device_x(double x) const { return x * device_.width_px / window_.width_px; }
  double device_y(double y) const { return y * device_.height_px / window_.height_px; }

  const InputSender& send_;
  Size picture_;
  Size device_{1, 1};
  Size window_{1, 1};
  Placement placement_;
  struct Finger {
    std::uint8_t number = 0;
    Point at;
  };
  std::map<FingerKey, Finger> fingers_;
  std::set<std::uint32_t> keys_down_;
};

}  // namespace rookery::tool
