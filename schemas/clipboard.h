// What was copied in the guest, on its way to a viewer who asked for it; and who may.
#pragma once

#include <cereal/cereal.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery {

inline constexpr std::size_t kClipboardBytesMax = 65'536;

// Sent: never change these values.
enum class ClipboardState : std::uint8_t {
  kText = 0,
  kNothing = 1,  // nobody copied a text, or its program does not give it
  kTooLong = 2,  // more than kClipboardBytesMax
  kRefused = 3,  // this viewer may not copy
};

struct ClipboardText {
  ClipboardState state = ClipboardState::kNothing;
  std::string utf8{};  // of kText, and valid
  bool operator==(const ClipboardText&) const = default;
};

// Which way a viewer's texts may pass: pasted into the phone, copied out of it.
struct ClipboardRules {
  bool in = false;
  bool out = false;
  bool operator==(const ClipboardRules&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("in", in), cereal::make_nvp("out", out));
  }
};

// Where nothing else was said: who may touch may both, who may only watch neither.
inline ClipboardRules usual_clipboard(bool control) { return {control, control}; }

inline const char* clipboard_word(const ClipboardRules& rules) {
  if (rules.in && rules.out) return "both";
  if (rules.in) return "in";
  return rules.out ? "out" : "none";
}
inline std::optional<ClipboardRules> parse_clipboard(std::string_view word) {
  for (const ClipboardRules rules :
       {ClipboardRules{false, false}, {true, false}, {false, true}, {true, true}}) {
    if (word == clipboard_word(rules)) return rules;
  }
  return std::nullopt;
}

}  // namespace rookery
