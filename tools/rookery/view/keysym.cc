#include "tools/rookery/view/keysym.h"

#include <xkbcommon/xkbcommon.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

constexpr std::pair<std::string_view, const char*> kShortNames[] = {
    {"enter", "Return"},  {"esc", "Escape"},     {"backspace", "BackSpace"},
    {"del", "Delete"},    {"ctrl", "Control_L"}, {"control", "Control_L"},
    {"shift", "Shift_L"}, {"alt", "Alt_L"},      {"super", "Super_L"},
    {"meta", "Super_L"},  {"pageup", "Prior"},   {"pagedown", "Next"},
    {"space", "space"},   {"plus", "plus"},      {"back", "Escape"},
};

std::uint32_t keysym_of(const std::string& name) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [known, keysym_name] : kShortNames) {
    if (lower == known) return xkb_keysym_from_name(keysym_name, XKB_KEYSYM_NO_FLAGS);
  }
  const auto exact = xkb_keysym_from_name(name.c_str(), XKB_KEYSYM_NO_FLAGS);
  if (exact != XKB_KEY_NoSymbol) return exact;
  return xkb_keysym_from_name(name.c_str(), XKB_KEYSYM_CASE_INSENSITIVE);
}

}  // namespace

Result<std::vector<std::uint32_t>> parse_key_combination(std::string_view text) {
  std::vector<std::uint32_t> keysyms;
  while (true) {
    // A plus that begins a name is the key itself: "+" and "ctrl++".
    const auto end = std::min(text.find('+', 1), text.size());
    std::string name(text.substr(0, end));
    if (name == "+") name = "plus";
    const auto keysym = name.empty() ? XKB_KEY_NoSymbol : keysym_of(name);
    if (keysym == XKB_KEY_NoSymbol) {
      return Error{"no key '" + escape_text(name) +
                   "': write a name of keysymdef.h, such as Return, BackSpace or ctrl+c"};
    }
    keysyms.push_back(keysym);
    if (end >= text.size()) return keysyms;
    text.remove_prefix(end + 1);
  }
}

}  // namespace rookery::tool
