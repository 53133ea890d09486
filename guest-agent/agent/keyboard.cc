#include "guest-agent/agent/keyboard.h"

#include <array>
#include <cstdlib>
#include <memory>

namespace rookery::guest {
namespace {

constexpr std::uint32_t kShiftLeft = 0xffe1;
constexpr std::uint32_t kReturn = 0xff0d;
constexpr std::uint32_t kTab = 0xff09;
constexpr std::uint32_t kBackSpace = 0xff08;
constexpr std::uint32_t kEscape = 0xff1b;
constexpr std::uint32_t kUnicode = 0x01000000;

// Bytes of a character that begins with `first`; 0 when none does (RFC 3629).
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

bool is_character(char32_t value, std::size_t length) {
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  return value >= kSmallest[length] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

}  // namespace

Keyboard::Keyboard(xcb_connection_t* connection) : connection_(connection) {
  const xcb_setup_t* setup = xcb_get_setup(connection);
  const auto count = static_cast<std::uint8_t>(setup->max_keycode - setup->min_keycode + 1);
  const std::unique_ptr<xcb_get_keyboard_mapping_reply_t, decltype(&std::free)> reply(
      xcb_get_keyboard_mapping_reply(
          connection, xcb_get_keyboard_mapping(connection, setup->min_keycode, count), nullptr),
      &std::free);
  if (!reply) return;
  const xcb_keysym_t* symbols = xcb_get_keyboard_mapping_keysyms(reply.get());
  const int width = reply->keysyms_per_keycode;
  for (int key = 0; key < count; ++key) {
    const auto code = static_cast<xcb_keycode_t>(setup->min_keycode + key);
    bool empty = true;
    for (int level = 0; level < width; ++level) empty &= symbols[key * width + level] == 0;
    if (empty) spare_.push_back(code);
    for (int level = 0; level < 2 && level < width; ++level) {
      const xcb_keysym_t symbol = symbols[key * width + level];
      if (symbol != 0) places_.try_emplace(symbol, KeyPlace{code, level == 1});
    }
  }
  on_spare_.resize(spare_.size());
  shift_ = find(kShiftLeft).code;
}

KeyPlace Keyboard::find(std::uint32_t keysym) {
  const auto found = places_.find(keysym);
  if (found != places_.end()) return found->second;
  if (spare_.empty() || keysym == 0) return {};
  const std::size_t place = next_spare_++ % spare_.size();
  if (on_spare_[place] != 0) places_.erase(on_spare_[place]);
  on_spare_[place] = keysym;
  const KeyPlace out{spare_[place], false};
  places_[keysym] = out;
  // Both levels, so that a shift key held down changes nothing.
  const std::array<xcb_keysym_t, 2> symbols{keysym, keysym};
  xcb_change_keyboard_mapping(connection_, 1, out.code, symbols.size(), symbols.data());
  return out;
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
  for (std::size_t at = 0; at < utf8.size();) {
    const auto first = static_cast<unsigned char>(utf8[at]);
    const std::size_t length = length_of(first);
    char32_t value = length == 1 ? first : first & (0xffU >> (length + 1));
    bool whole = length != 0 && at + length <= utf8.size();
    for (std::size_t i = 1; whole && i < length; ++i) {
      const auto next = static_cast<unsigned char>(utf8[at + i]);
      whole = (next & 0xc0) == 0x80;
      value = (value << 6) | (next & 0x3fU);
    }
    whole = whole && is_character(value, length);
    if (whole) out.push_back(value);
    at += whole ? length : 1;
  }
  return out;
}

}  // namespace rookery::guest
