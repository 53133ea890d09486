// What a viewer's hands do, as it travels from the client to the guest.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "schemas/ids.h"

namespace rookery {

// Guest pixels, origin top left.
struct Point {
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  bool operator==(const Point&) const = default;
};

enum class TouchPhase : std::uint8_t { kDown = 0, kMove = 1, kUp = 2, kCancel = 3 };

inline constexpr std::uint8_t kFingersMax = 10;
// The mouse's left button touches like a finger, but programs of the guest see a mouse.
inline constexpr std::uint8_t kMouse = kFingersMax;
inline constexpr std::size_t kTextBytesMax = 512;

struct Touch {
  std::uint8_t finger = 0;  // 0 to kFingersMax - 1, or kMouse
  TouchPhase phase = TouchPhase::kDown;
  Point at;
  bool operator==(const Touch&) const = default;
};
struct Key {
  std::uint32_t keysym = 0;  // X11 keysym (X.Org keysymdef.h)
  bool down = false;
  bool operator==(const Key&) const = default;
};
struct Text {
  std::string utf8;         // at most kTextBytesMax bytes
  bool pasted = false;      // a piece of a paste, as the viewer's clipboard rules see it
  bool ends_paste = false;  // its last
  bool operator==(const Text&) const = default;
};
// 120 units are one notch of a wheel; positive is down and right.
struct Scroll {
  Point at;
  std::int16_t dx = 0;
  std::int16_t dy = 0;
  bool operator==(const Scroll&) const = default;
};
using InputEvent = std::variant<Touch, Key, Text, Scroll>;

// Which input of which stream session it is, counted from 1. 0: one of the host's own, or what it
// lifts for a session that ended.
struct InputNumber {
  EntityId session;
  std::uint64_t number = 0;
  bool operator==(const InputNumber&) const = default;
};

}  // namespace rookery
