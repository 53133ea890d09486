// What was copied in the guest, on its way to a viewer who asked for it.
#pragma once

#include <cstdint>
#include <string>

namespace rookery {

inline constexpr std::size_t kClipboardBytesMax = 65'536;

// Sent: never change these values.
enum class ClipboardState : std::uint8_t {
  kText = 0,
  kNothing = 1,  // nobody copied a text, or its program does not give it
  kTooLong = 2,  // more than kClipboardBytesMax
  kRefused = 3,  // this viewer may only watch
};

struct ClipboardText {
  ClipboardState state = ClipboardState::kNothing;
  std::string utf8{};  // of kText, and valid
  bool operator==(const ClipboardText&) const = default;
};

}  // namespace rookery
