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
constexpr int kStillPx = 10;     // a finger that moves no farther stays where it is
constexpr Point kCorner{0xffff, 0xffff};

}  // namespace

InputInjector::InputInjector(xcb_connection_t* connection, const xcb_screen_t& screen,
                             std::unique_ptr<TouchScreen> touch_screen)
    : connection_(connection),
      screen_(screen),
      keyboard_(connection),
      hidden_(xcb_generate_id(connection)),
      touch_screen_(std::move(touch_screen)) {
  xcb_create_window(connection_, 0, hidden_, screen.root, -1, -1, 1, 1, 0,
                    XCB_WINDOW_CLASS_INPUT_ONLY, screen.root_visual, 0, nullptr);
  park();
  xcb_flush(connection_);
}

void InputInjector::inject(const InputEvent& event, const EntityId& viewer, std::int64_t now_us) {
  if (overfull_.contains(viewer)) return;
  const auto add = [&](const auto& one) {
    if constexpr (std::is_same_v<std::decay_t<decltype(one)>, Touch>) {
      wait(viewer, Touched{{viewer, one.finger}, one.phase, one.at, now_us});
    } else if constexpr (std::is_same_v<std::decay_t<decltype(one)>, Text>) {
      for (const char32_t character : characters_of(one.utf8)) {
        wait(viewer, Typed{keysym_of(character)});
      }
    } else {
      wait(viewer, one);
    }
  };
  std::visit(add, event);
  go_on(now_us);
  const auto load = loads_.find(viewer);
  if (load == loads_.end()) return;
  if (load->second.steps <= kStepsMax && load->second.downs <= kDownsMax) return;
  overfull_.insert(viewer);
  overfull_untold_.push_back(viewer);
}

bool InputInjector::comes_down(const Step& step) {
  const auto* touch = std::get_if<Touched>(&step);
  return touch != nullptr && touch->phase == TouchPhase::kDown;
}

void InputInjector::wait(const EntityId& viewer, const Step& step) {
  Load& load = loads_[viewer];
  ++load.steps;
  if (comes_down(step)) ++load.downs;
  waiting_.emplace_back(viewer, step);
}

void InputInjector::pop_first() {
  const Waiting& first = waiting_.front();
  Load& load = loads_[first.first];
  if (comes_down(first.second)) --load.downs;
  if (--load.steps == 0) loads_.erase(first.first);
  waiting_.pop_front();
}

std::optional<EntityId> InputInjector::take_overfull() {
  if (overfull_untold_.empty()) return std::nullopt;
  const EntityId viewer = overfull_untold_.back();
  overfull_untold_.pop_back();
  return viewer;
}

void InputInjector::forget(const EntityId& viewer, std::int64_t now_us) {
  overfull_.erase(viewer);
  loads_.erase(viewer);
  std::erase_if(waiting_, [&](const Waiting& one) { return one.first == viewer; });
  for (const Touching& one : std::vector<Touching>(touching_)) {
    if (one.finger.viewer == viewer) touch({one.finger, TouchPhase::kCancel, {}}, now_us);
  }
  if (pointer_ && pointer_->viewer == viewer) touch({*pointer_, TouchPhase::kCancel, {}}, now_us);
  for (const auto& [code, holder] : std::map<xcb_keycode_t, EntityId>(holders_)) {
    if (holder == viewer) press(code, false);
  }
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
  while (!waiting_.empty() && (due_us_ = due_of(waiting_.front().second)) <= now_us) {
    const bool lacking = keyboard_.lacks(pressed_symbol(waiting_.front().second));
    if (lacking && keyboard_.lend(symbols_to_come(), held_, now_us)) continue;
    acting_ = waiting_.front().first;
    std::visit(Now{*this, now_us}, waiting_.front().second);
    pop_first();
  }
  if (park_us_ != 0 && park_us_ <= now_us) {
    if (pointer_is_held()) {
      park_us_ = now_us + kParkAgainUs;
    } else {
      park();
    }
  }
  xcb_flush(connection_);
}

std::int64_t InputInjector::due_us() const { return waiting_.empty() ? park_us_ : due_us_; }

std::int64_t InputInjector::due_of(const Step& step) {
  if (const auto* touch = std::get_if<Touched>(&step)) {
    if (touch->phase == TouchPhase::kDown) return anything_down() ? second_due(*touch) : 0;
    if (touch->phase != TouchPhase::kUp) return 0;
    if (touch->finger == pointer_) return down_us_ + kTouchUsMin;
    const Touching* touching = find(touch->finger);
    return touching != nullptr ? touching->down_us + kTouchUsMin : 0;
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
  for (const Waiting& one : waiting_) {
    const std::uint32_t symbol = pressed_symbol(one.second);
    if (symbol != 0 && !keyboard_.has_for_good(symbol)) symbols.push_back(symbol);
  }
  return symbols;
}

void InputInjector::release_all(std::int64_t now_us) {
  overfull_.clear();
  overfull_untold_.clear();
  wait({}, LiftAll{});
  go_on(now_us);
}

void InputInjector::lift_all() {
  const auto cancel = [&](const Finger& finger) { touch({finger, TouchPhase::kCancel, {}}, 0); };
  while (!touching_.empty()) cancel(touching_.back().finger);
  if (pointer_) cancel(*pointer_);
  for (const xcb_keycode_t code : std::set<xcb_keycode_t>(held_)) press(code, false);
}

void InputInjector::touch(const Touched& touch, std::int64_t now_us) {
  if (touch.phase == TouchPhase::kDown) {
    const bool joins = !touching_.empty() && gesture_of(touch) != Gesture::kTaps && may_join(touch);
    if (!joins) lift_fingers();
    put_down(touch, now_us);
    return;
  }
  // Lifted far away from what was touched, so that it does not act.
  const Point to = touch.phase == TouchPhase::kCancel ? kCorner : touch.at;
  const bool lifts = touch.phase != TouchPhase::kMove;
  if (touch.finger == pointer_) {
    move(to);
    if (lifts) button(kFirstButton, false);
    if (lifts) pointer_.reset();
  } else if (const Touching* known = find(touch.finger)) {
    Touching& one = touching_[static_cast<std::size_t>(known - touching_.data())];
    if (one.at != to) on_screen(one.slot, TouchPhase::kMove, to);
    one.at = to;
    if (lifts) on_screen(one.slot, TouchPhase::kUp, to);
    if (lifts) touching_.erase(touching_.begin() + (known - touching_.data()));
  } else {
    return;
  }
  if (lifts && !anything_down()) park_us_ = now_us + kParkAfterUs;
}

void InputInjector::put_down(const Touched& touch, std::int64_t now_us) {
  park_us_ = 0;
  down_us_ = now_us;
  if (is_pointer(touch.finger)) {
    pointer_ = touch.finger;
    move(touch.at);
    button(kFirstButton, true);
    return;
  }
  std::uint8_t slot = 0;
  const auto taken = [&](const Touching& one) { return one.slot == slot; };
  while (std::any_of(touching_.begin(), touching_.end(), taken)) ++slot;
  touching_.push_back({touch.finger, slot, touch.at, touch.at, now_us});
  on_screen(slot, TouchPhase::kDown, touch.at);
}

// Where they are.
void InputInjector::lift_fingers() {
  if (pointer_) button(kFirstButton, false);
  pointer_.reset();
  for (const Touching& one : touching_) on_screen(one.slot, TouchPhase::kUp, one.at);
  touching_.clear();
}

bool InputInjector::is_pointer(const Finger& finger) const {
  return finger.number == kMouse || !touch_screen_ || !touch_screen_->works();
}

const InputInjector::Touching* InputInjector::find(const Finger& finger) const {
  for (const Touching& one : touching_) {
    if (one.finger == finger) return &one;
  }
  return nullptr;
}

// A finger comes down beside others: as soon as it is known what they are about to do.
std::int64_t InputInjector::second_due(const Touched& touch) {
  if (!may_join(touch)) return down_us_ + kTouchUsMin;
  switch (gesture_of(touch)) {
    case Gesture::kTogether:
      return 0;
    case Gesture::kTaps:
      return down_us_ + kTouchUsMin;
    case Gesture::kUnknown:
      break;
  }
  return touch.came_us + kTogetherUs;
}

bool InputInjector::may_join(const Touched& touch) {
  return !pointer_ && touching_.size() < kFingersMax && !is_pointer(touch.finger) &&
         find(touch.finger) == nullptr && !pointer_is_held() &&
         window_at(touching_.front().from) == window_at(touch.at);
}

// From what the fingers did before, and what waits behind.
InputInjector::Gesture InputInjector::gesture_of(const Touched& touch) const {
  const auto far = [](Point a, Point b) {
    return std::abs(a.x - b.x) > kStillPx || std::abs(a.y - b.y) > kStillPx;
  };
  for (const Touching& one : touching_) {
    if (touching_.size() > 1 || far(one.from, one.at)) return Gesture::kTogether;
  }
  for (const Waiting& waiting : waiting_) {
    const auto* next = std::get_if<Touched>(&waiting.second);
    if (next == nullptr || next->phase == TouchPhase::kDown) continue;
    const Touching* one = find(next->finger);
    if (one == nullptr && next->finger != touch.finger) continue;
    if (next->phase != TouchPhase::kMove) return Gesture::kTaps;
    if (far(next->at, one != nullptr ? one->from : touch.at)) return Gesture::kTogether;
  }
  return Gesture::kUnknown;
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
  if (anything_down()) return;
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
  fake(XCB_MOTION_NOTIFY, 0,
       {std::min<std::uint16_t>(to.x, screen_.width_in_pixels - 1),
        std::min<std::uint16_t>(to.y, screen_.height_in_pixels - 1)});
}

void InputInjector::park() { move(kCorner); }

// A program has it for itself: a press that waits for somebody's answer, a menu that is open, or a
// touch that is a press for a program that knows no touches. To ask for it with a window that is
// not shown changes nothing.
bool InputInjector::pointer_is_held() {
  if (touch_screen_) touch_screen_->settle();
  const auto reply = owned(xcb_grab_pointer_reply(
      connection_,
      xcb_grab_pointer(connection_, 0, hidden_, 0, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC,
                       XCB_NONE, XCB_NONE, XCB_CURRENT_TIME),
      nullptr));
  return reply && reply->status == XCB_GRAB_STATUS_ALREADY_GRABBED;
}

// The child of the root there: a program's window in its frame.
xcb_window_t InputInjector::window_at(Point at) {
  const auto reply = owned(xcb_translate_coordinates_reply(
      connection_,
      xcb_translate_coordinates(connection_, screen_.root, screen_.root,
                                static_cast<std::int16_t>(at.x), static_cast<std::int16_t>(at.y)),
      nullptr));
  return reply ? reply->child : xcb_window_t{XCB_WINDOW_NONE};
}

void InputInjector::button(std::uint8_t number, bool down) {
  fake(down ? XCB_BUTTON_PRESS : XCB_BUTTON_RELEASE, number, {});
}

void InputInjector::press(xcb_keycode_t code, bool down) {
  if (down) {
    held_.insert(code);
    holders_[code] = acting_;
  } else if (held_.erase(code) == 0) {
    return;  // not down: nothing to lift
  } else {
    holders_.erase(code);
  }
  fake(down ? XCB_KEY_PRESS : XCB_KEY_RELEASE, code, {});
}

// The server reads the touchscreen and our connection as it likes; their order is up to us.
void InputInjector::on_screen(std::uint8_t slot, TouchPhase phase, Point at) {
  if (faked_)
    owned(xcb_get_input_focus_reply(connection_, xcb_get_input_focus(connection_), nullptr));
  faked_ = false;
  touch_screen_->touch(slot, phase, at);
}

void InputInjector::fake(std::uint8_t kind, std::uint8_t detail, Point at) {
  if (touch_screen_) touch_screen_->settle();
  faked_ = touch_screen_ != nullptr;
  xcb_test_fake_input(connection_, kind, detail, XCB_CURRENT_TIME, screen_.root,
                      static_cast<std::int16_t>(at.x), static_cast<std::int16_t>(at.y), 0);
}

}  // namespace rookery::guest
