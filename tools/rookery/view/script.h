// What `rookery view --script` does, one action a line:
//   tap X Y                     swipe X1 Y1 X2 Y2 MS        scroll X Y DX DY (120 is one notch)
//   text "…"                    key NAME (or CTRL+NAME)     png FILE
//   wait MS                     wait-change [MS max]        wait-still MS [MS max]
// Points are guest pixels; # begins a comment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "schemas/input_events.h"
#include "schemas/result.h"

namespace rookery::tool::script {

inline constexpr std::int64_t kWaitMsMax = 10'000;  // when a wait line names no other

struct Tap {
  Point at;
};
struct Swipe {
  Point from;
  Point to;
  std::int64_t duration_ms = 0;
};
struct ScrollBy {
  Point at;
  std::int16_t dx = 0;
  std::int16_t dy = 0;
};
struct TypeText {
  std::string utf8;
};
struct PressKey {
  std::vector<std::uint32_t> keysyms;  // pressed in this order, released in the other
};
struct Wait {
  std::int64_t ms = 0;
};
// Until the picture differs from the one before the last input, or before this line.
struct WaitChange {
  std::int64_t ms_max = kWaitMsMax;
};
// Until neither the picture changed nor input was sent for `ms`.
struct WaitStill {
  std::int64_t ms = 0;
  std::int64_t ms_max = kWaitMsMax;
};
struct SavePng {
  std::filesystem::path file;
};
using Action =
    std::variant<Tap, Swipe, ScrollBy, TypeText, PressKey, Wait, WaitChange, WaitStill, SavePng>;

struct Line {
  int number = 0;  // from 1
  Action action;
};

// The error names the line.
Result<std::vector<Line>> parse_script(std::string_view text);

}  // namespace rookery::tool::script
