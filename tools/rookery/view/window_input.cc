#include "tools/rookery/view/window_input.h"

#include <xkbcommon/xkbcommon-keysyms.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "tools/rookery/view/window_keys.h"

namespace rookery::tool {
namespace {

constexpr double kScrollNotch = 120;

std::int16_t scroll_units(double notches) {
  return static_cast<std::int16_t>(std::clamp(notches * kScrollNotch, -32767.0, 32767.0));
}

}  // namespace

void WindowInput::place(Size picture, Size device, Size window) {
  picture_ = picture;
  device_ = device;
  window_ = {std::max(window.width_px, 1), std::max(window.height_px, 1)};
  placement_ = fit(picture, device);
}

void WindowInput::handle(const SDL_Event& event) {
  switch (event.type) {
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
      mouse_button(event.button);
      break;
    case SDL_MOUSEMOTION:
      move(kMouseKey, device_x(event.motion.x + 0.5), device_y(event.motion.y + 0.5));
      break;
    case SDL_MOUSEWHEEL:
      wheel(event.wheel);
      break;
    case SDL_FINGERDOWN:
    case SDL_FINGERMOTION:
    case SDL_FINGERUP:
      touch(event.tfinger);
      break;
    case SDL_KEYDOWN:
    case SDL_KEYUP:
      key(event.key);
      break;
    case SDL_TEXTINPUT:
      // With Ctrl or Alt held the key itself was sent.
      if ((SDL_GetModState() & (KMOD_CTRL | KMOD_LALT)) == 0) send_(Text{event.text.text});
      break;
    case SDL_WINDOWEVENT:
      if (event.window.event == SDL_WINDOWEVENT_FOCUS_LOST) release_all();
      break;
    default:
      break;
  }
}

void WindowInput::release_all() {
  for (const auto& [key, finger] : fingers_) {
    send_(Touch{finger.number, TouchPhase::kCancel, finger.at});
  }
  fingers_.clear();
  for (const auto keysym : keys_down_) send_(Key{keysym, false});
  keys_down_.clear();
}

void WindowInput::press(FingerKey key, double x, double y) {
  const auto at = point_in_picture(picture_, placement_, x, y, false);
  if (!at || fingers_.contains(key)) return;
  if (key == kMouseKey) {
    fingers_[key] = {kMouse, *at};
    send_(Touch{kMouse, TouchPhase::kDown, *at});
    return;
  }
  for (std::uint8_t number = 0; number < kFingersMax; ++number) {
    const bool taken = std::any_of(fingers_.begin(), fingers_.end(), [&](const auto& finger) {
      return finger.second.number == number;
    });
    if (taken) continue;
    fingers_[key] = {number, *at};
    send_(Touch{number, TouchPhase::kDown, *at});
    return;
  }
}

void WindowInput::move(FingerKey key, double x, double y) {
  const auto finger = fingers_.find(key);
  const auto at = point_in_picture(picture_, placement_, x, y, true);
  if (finger == fingers_.end() || !at || finger->second.at == *at) return;
  finger->second.at = *at;
  send_(Touch{finger->second.number, TouchPhase::kMove, *at});
}

void WindowInput::lift(FingerKey key, double x, double y, TouchPhase phase) {
  const auto finger = fingers_.find(key);
  if (finger == fingers_.end()) return;
  const auto at = point_in_picture(picture_, placement_, x, y, true);
  send_(Touch{finger->second.number, phase, at.value_or(finger->second.at)});
  fingers_.erase(finger);
}

void WindowInput::mouse_button(const SDL_MouseButtonEvent& button) {
  if (button.button != SDL_BUTTON_LEFT) return;
  const double x = device_x(button.x + 0.5);
  const double y = device_y(button.y + 0.5);
  if (button.type == SDL_MOUSEBUTTONDOWN) {
    press(kMouseKey, x, y);
    SDL_CaptureMouse(SDL_TRUE);  // a drag may leave the window
  } else {
    SDL_CaptureMouse(SDL_FALSE);
    lift(kMouseKey, x, y, TouchPhase::kUp);
  }
}

void WindowInput::touch(const SDL_TouchFingerEvent& finger) {
  const double x = static_cast<double>(finger.x) * device_.width_px;
  const double y = static_cast<double>(finger.y) * device_.height_px;
  const FingerKey key = finger.fingerId;
  if (finger.type == SDL_FINGERDOWN) press(key, x, y);
  if (finger.type == SDL_FINGERMOTION) move(key, x, y);
  if (finger.type == SDL_FINGERUP) lift(key, x, y, TouchPhase::kUp);
}

void WindowInput::wheel(const SDL_MouseWheelEvent& wheel) {
  int x = 0;
  int y = 0;
  SDL_GetMouseState(&x, &y);
  const auto at =
      point_in_picture(picture_, placement_, device_x(x + 0.5), device_y(y + 0.5), false);
  if (!at) return;
  const double sign = wheel.direction == SDL_MOUSEWHEEL_FLIPPED ? -1 : 1;
  // SDL counts up as positive, the phone down.
  send_(Scroll{*at, scroll_units(sign * static_cast<double>(wheel.preciseX)),
               scroll_units(-sign * static_cast<double>(wheel.preciseY))});
}

void WindowInput::key(const SDL_KeyboardEvent& key) {
  const std::uint32_t keysym = keysym_of(key.keysym.sym);
  if (keysym == 0) return;
  const bool combination = (key.keysym.mod & (KMOD_CTRL | KMOD_LALT | KMOD_GUI)) != 0;
  if (key.type == SDL_KEYDOWN) {
    if (types_text(key.keysym.sym) && !combination) return;  // comes as text
    // Shift alone would change the text that is typed; it matters only beside such keys.
    const bool shift = (key.keysym.mod & KMOD_SHIFT) != 0;
    if (shift) send_(Key{XKB_KEY_Shift_L, true});
    send_(Key{keysym, true});
    if (shift) send_(Key{XKB_KEY_Shift_L, false});
    keys_down_.insert(keysym);
  } else if (keys_down_.erase(keysym) > 0) {
    send_(Key{keysym, false});
  }
}

}  // namespace rookery::tool
