#include "guest-agent/agent/keyboard.h"

#include <algorithm>
#include <array>
#include <memory>

#include "guest-agent/agent/x_reply.h"
#include "schemas/utf8.h"

namespace rookery::guest {
namespace {

constexpr std::uint32_t kShiftLeft = 0xffe1;
constexpr std::uint32_t kReturn = 0xff0d;
constexpr std::uint32_t kTab = 0xff09;
constexpr std::uint32_t kBackSpace = 0xff08;
constexpr std::uint32_t kEscape = 0xff1b;
constexpr std::uint32_t kUnicode = 0x01000000;
// Keys of multimedia keyboards (XF86keysym.h): nobody who touches a phone has them.
constexpr std::uint32_t kVendorFirst = 0x10080000;
constexpr std::uint32_t kVendorLast = 0x1008ffff;

std::set<xcb_keycode_t> modifier_keys(xcb_connection_t* connection) {
  const auto reply = owned(
      xcb_get_modifier_mapping_reply(connection, xcb_get_modifier_mapping(connection), nullptr));
  if (!reply) return {};
  const xcb_keycode_t* codes = xcb_get_modifier_mapping_keycodes(reply.get());
  return {codes, codes + xcb_get_modifier_mapping_keycodes_length(reply.get())};
}

struct Run {
  xcb_keycode_t first = 0;
  std::size_t length = 0;
};

// The longest row of neighbours among all keys but these.
Run longest_run(int first, int last, const std::set<xcb_keycode_t>& taken) {
  Run best;
  Run now;
  for (int code = first; code <= last; ++code) {
    const auto key = static_cast<xcb_keycode_t>(code);
    if (taken.contains(key)) {
      now = {};
      continue;
    }
    if (now.length == 0) now.first = key;
    if (++now.length > best.length) best = now;
  }
  return best;
}

}  // namespace

Keyboard::Keyboard(xcb_connection_t* connection) : connection_(connection) {
  const xcb_setup_t* setup = xcb_get_setup(connection);
  const auto count = static_cast<std::uint8_t>(setup->max_keycode - setup->min_keycode + 1);
  const auto reply = owned(xcb_get_keyboard_mapping_reply(
      connection, xcb_get_keyboard_mapping(connection, setup->min_keycode, count), nullptr));
  if (!reply) return;
  const xcb_keysym_t* symbols = xcb_get_keyboard_mapping_keysyms(reply.get());
  const int width = reply->keysyms_per_keycode;
  std::set<xcb_keycode_t> taken = modifier_keys(connection);
  for (int key = 0; key < count; ++key) {
    const auto code = static_cast<xcb_keycode_t>(setup->min_keycode + key);
    for (int level = 0; level < 2 && level < width; ++level) {
      const xcb_keysym_t symbol = symbols[key * width + level];
      if (symbol == 0 || (symbol >= kVendorFirst && symbol <= kVendorLast)) continue;
      // A second key with the same symbol is not needed.
      if (places_.try_emplace(symbol, KeyPlace{code, level == 1}).second) taken.insert(code);
    }
  }
  // Neighbours change in one request, and each change makes every program ask for the new symbols.
  const Run run = longest_run(setup->min_keycode, setup->max_keycode, taken);
  first_spare_ = run.first;
  spare_ = SpareKeys(run.length);
  shift_ = find(kShiftLeft).code;
}

KeyPlace Keyboard::find(std::uint32_t keysym) const {
  const auto fixed = places_.find(keysym);
  if (fixed != places_.end()) return fixed->second;
  const auto lent = spare_.find(keysym);
  return lent ? KeyPlace{static_cast<xcb_keycode_t>(first_spare_ + *lent), false} : KeyPlace{};
}

void Keyboard::use(const KeyPlace& place) {
  const int spare = place.code - first_spare_;
  if (spare >= 0 && spare < static_cast<int>(spare_.count())) {
    spare_.use(static_cast<std::size_t>(spare));
  }
}

bool Keyboard::lacks(std::uint32_t keysym) const {
  return keysym != 0 && spare_.count() > 0 && find(keysym).code == 0;
}

std::int64_t Keyboard::ready_us() const {
  if (changed_us_ == 0) return 0;
  const std::int64_t asked_us = readers_.asked_us(reader_);
  if (reader_ <= XCB_INPUT_FOCUS_POINTER_ROOT) return changed_us_ + kReaderQuietUs;
  if (asked_us > changed_us_) return asked_us + kReaderQuietUs;
  return changed_us_ + (asked_us == 0 ? kUnknownReaderUs : kReaderUsMax);
}

bool Keyboard::lend(std::span<const std::uint32_t> soon, const std::set<xcb_keycode_t>& held,
                    std::int64_t now_us) {
  const auto is_held = [&](std::size_t key) {
    return held.contains(static_cast<xcb_keycode_t>(first_spare_ + key));
  };
  std::size_t free = spare_.count();
  for (std::size_t key = 0; key < spare_.count(); ++key) free -= is_held(key) ? 1 : 0;
  if (free == 0) return false;
  spare_.lend(soon, is_held);
  change(now_us);
  return true;
}

void Keyboard::change(std::int64_t now_us) {
  std::vector<xcb_keysym_t> symbols;
  for (std::size_t key = 0; key < spare_.count(); ++key) {
    // Both levels, so that a shift key held down changes nothing.
    symbols.insert(symbols.end(), 2, spare_.symbol(key));
  }
  xcb_change_keyboard_mapping(connection_, static_cast<std::uint8_t>(spare_.count()), first_spare_,
                              2, symbols.data());
  const auto focus =
      owned(xcb_get_input_focus_reply(connection_, xcb_get_input_focus(connection_), nullptr));
  reader_ = focus ? focus->focus : xcb_window_t{XCB_INPUT_FOCUS_NONE};
  changed_us_ = now_us;
}

std::uint32_t keysym_of(char32_t character) {
  switch (character) {
    case U'\n':
    case U'\r':
      return kReturn;
    case U'\t':
      return kTab;
    case U'\b':
      return kBackSpace;
    case 0x1b:
      return kEscape;
    default:
      break;
  }
  if (character < 0x20 || (character >= 0x7f && character < 0xa0)) return 0;
  // Latin-1 symbols are their own characters.
  return character < 0x100 ? character : kUnicode + character;
}

std::vector<char32_t> characters_of(const std::string& utf8) {
  std::vector<char32_t> out;
  for (std::string_view rest = utf8; !rest.empty();) {
    const auto [code, bytes] = first_character(rest);
    if (bytes != 0) out.push_back(code);
    rest.remove_prefix(bytes != 0 ? bytes : 1);
  }
  return out;
}

}  // namespace rookery::guest
