#include "guest-agent/agent/input_injector.h"

#include <xcb/xtest.h>

#include <algorithm>
#include <cstdlib>
#include <type_traits>

#include "guest-agent/agent/x_reply.h"

namespace rookery::guest {
namespace {

constexpr std::uint8_t kFirstButton = 1;
constexpr std::uint8_t kWheelUp = 4;
constexpr std::uint8_t kWheelDown = 5;
constexpr std::uint8_t kWheelLeft = 6;
constexpr std::uint8_t kWheelRight = 7;
constexpr int kNotchUnits = 120;
constexpr int kNotchesMax = 20;  // of one event

}  // namespace

InputInjector::InputInjector(xcb_connection_t* connection, const xcb_screen_t& screen)
    : connection_(connection), screen_(screen), keyboard_(connection) {
  park();
  xcb_flush(connection_);
}

void InputInjector::inject(const InputEvent& event, const EntityId& viewer, std::int64_t now_us) {
  const auto add = [&](const auto& one) {
    if constexpr (std::is_same_v<std::decay_t<decltype(one)>, Touch>) {
      waiting_.emplace_back(Touched{{viewer, one.finger}, one.phase, one.at});
    } else if constexpr (std::is_same_v<std::decay_t<decltype(one)>, Text>) {
      for (const char32_t character : characters_of(one.utf8)) {
        waiting_.emplace_back(Typed{keysym_of(character)});
      }
    } else {
      waiting_.emplace_back(one);
    }
  };
  std::visit(add, event);
  go_on(now_us);
}

void InputInjector::go_on(std::int64_t now_us) {
  struct Now {
    InputInjector& injector;
    std::int64_t now_us;
    void operator()(const Touched& one) const { injector.touch(one, now_us); }
    void operator()(const Key& one) const { injector.key(one); }
    void operator()(const Typed& one) const {
      injector.key({one.keysym, true});
      injector.key({one.keysym, false});
    }
    void operator()(const Scroll& one) const { injector.scroll(one); }
    void operator()(const LiftAll&) const { injector.lift_all(); }
  };
  keyboard_.take(now_us);
  while (!waiting_.empty() && due_of(waiting_.front()) <= now_us) {
    const bool lacking = keyboard_.lacks(pressed_symbol(waiting_.front()));
    if (lacking && keyboard_.lend(symbols_to_come(), held_, now_us)) continue;
    std::visit(Now{*this, now_us}, waiting_.front());
    waiting_.pop_front();
  }
  if (park_us_ != 0 && park_us_ <= now_us) {
    if (pointer_is_free()) {
      park();
    } else {
      park_us_ = now_us + kParkAgainUs;
    }
  }
  xcb_flush(connection_);
}

std::int64_t InputInjector::due_us() const {
  return waiting_.empty() ? park_us_ : due_of(waiting_.front());
}

std::int64_t InputInjector::due_of(const Step& step) const {
  if (const auto* touch = std::get_if<Touched>(&step)) {
    const bool lifts = touch->finger == finger_ && touch->phase == TouchPhase::kUp;
    const bool follows = finger_ && touch->phase == TouchPhase::kDown;
    return lifts || follows ? down_us_ + kTouchUsMin : 0;
  }
  return keyboard_.lacks(pressed_symbol(step)) ? keyboard_.ready_us() : 0;
}

// 0: none.
std::uint32_t InputInjector::pressed_symbol(const Step& step) const {
  if (const auto* typed = std::get_if<Typed>(&step)) return typed->keysym;
  const auto* key = std::get_if<Key>(&step);
  return key != nullptr && key->down ? key->keysym : 0;
}

// Those that no key has for good.
std::vector<std::uint32_t> InputInjector::symbols_to_come() const {
  std::vector<std::uint32_t> symbols;
  for (const Step& step : waiting_) {
    const std::uint32_t symbol = pressed_symbol(step);
    if (symbol != 0 && !keyboard_.has_for_good(symbol)) symbols.push_back(symbol);
  }
  return symbols;
}

void InputInjector::release_all(std::int64_t now_us) {
  waiting_.emplace_back(LiftAll{});
  go_on(now_us);
}

void InputInjector::lift_all() {
  if (finger_) touch({*finger_, TouchPhase::kCancel, {}}, 0);
  for (const xcb_keycode_t code : std::set<xcb_keycode_t>(held_)) press(code, false);
}

void InputInjector::touch(const Touched& touch, std::int64_t now_us) {
  if (touch.phase == TouchPhase::kDown) {
    if (finger_) button(kFirstButton, false);
    finger_ = touch.finger;
    down_us_ = now_us;
    move(touch.at);
    button(kFirstButton, true);
    return;
  }
  if (touch.finger != finger_) return;
  switch (touch.phase) {
    case TouchPhase::kDown:
    case TouchPhase::kMove:
      move(touch.at);
      break;
    case TouchPhase::kUp:
      move(touch.at);
      button(kFirstButton, false);
      finger_.reset();
      park_us_ = now_us + kParkAfterUs;
      break;
    case TouchPhase::kCancel:
      // Lifted far away from what was touched, so that it does not act.
      park();
      button(kFirstButton, false);
      finger_.reset();
      break;
  }
}

void InputInjector::key(const Key& key) {
  const KeyPlace place = keyboard_.find(key.keysym);
  if (place.code == 0) return;
  keyboard_.use(place);
  // A symbol of the upper level brings its own shift, unless the viewer holds one.
  const bool lend_shift = key.down && place.shifted && !held_.contains(keyboard_.shift());
  if (lend_shift) press(keyboard_.shift(), true);
  press(place.code, key.down);
  if (lend_shift) press(keyboard_.shift(), false);
}

void InputInjector::scroll(const Scroll& scroll) {
  if (finger_) return;
  move(scroll.at);
  turn_wheel(wheel_y_, scroll.dy, kWheelUp, kWheelDown);
  turn_wheel(wheel_x_, scroll.dx, kWheelLeft, kWheelRight);
}

void InputInjector::turn_wheel(int& rest, int units, std::uint8_t less, std::uint8_t more) {
  rest += units;
  const int notches = rest / kNotchUnits;
  rest %= kNotchUnits;
  for (int i = 0; i < std::min(std::abs(notches), kNotchesMax); ++i) {
    button(notches < 0 ? less : more, true);
    button(notches < 0 ? less : more, false);
  }
}

void InputInjector::move(Point to) {
  park_us_ = 0;
  const auto x = std::min<std::uint16_t>(to.x, screen_.width_in_pixels - 1);
  const auto y = std::min<std::uint16_t>(to.y, screen_.height_in_pixels - 1);
  xcb_test_fake_input(connection_, XCB_MOTION_NOTIFY, 0, XCB_CURRENT_TIME, screen_.root,
                      static_cast<std::int16_t>(x), static_cast<std::int16_t>(y), 0);
}

void InputInjector::park() { move({0xffff, 0xffff}); }

// Nobody holds it: no press waits for somebody's answer, no menu is open.
bool InputInjector::pointer_is_free() {
  const auto asked = xcb_grab_pointer(connection_, 0, screen_.root, 0, XCB_GRAB_MODE_ASYNC,
                                      XCB_GRAB_MODE_ASYNC, XCB_NONE, XCB_NONE, XCB_CURRENT_TIME);
  xcb_ungrab_pointer(connection_, XCB_CURRENT_TIME);
  const auto reply = owned(xcb_grab_pointer_reply(connection_, asked, nullptr));
  return !reply || reply->status == XCB_GRAB_STATUS_SUCCESS;
}

void InputInjector::button(std::uint8_t number, bool down) {
  xcb_test_fake_input(connection_, down ? XCB_BUTTON_PRESS : XCB_BUTTON_RELEASE, number,
                      XCB_CURRENT_TIME, screen_.root, 0, 0, 0);
}

void InputInjector::press(xcb_keycode_t code, bool down) {
  if (down) {
    held_.insert(code);
  } else if (held_.erase(code) == 0) {
    return;  // not down: nothing to lift
  }
  xcb_test_fake_input(connection_, down ? XCB_KEY_PRESS : XCB_KEY_RELEASE, code, XCB_CURRENT_TIME,
                      screen_.root, 0, 0, 0);
}

}  // namespace rookery::guest
