#include "guest-agent/agent/keyboard.h"

#include <algorithm>
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
// Keys of multimedia keyboards (XF86keysym.h): nobody who touches a phone has them.
constexpr std::uint32_t kVendorFirst = 0x1008ff00;
constexpr std::uint32_t kVendorLast = 0x1008ffff;

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
    const bool unused =
        std::all_of(symbols + key * width, symbols + (key + 1) * width, [](xcb_keysym_t symbol) {
          return symbol == 0 || (symbol >= kVendorFirst && symbol <= kVendorLast);
        });
    if (unused) {
      spare_.push_back({code, 0, 0});
      continue;
    }
    for (int level = 0; level < 2 && level < width; ++level) {
      const xcb_keysym_t symbol = symbols[key * width + level];
      if (symbol != 0) places_.try_emplace(symbol, KeyPlace{code, level == 1});
    }
  }
  shift_ = find(kShiftLeft, 0).code;
}

std::int64_t Keyboard::ready_us(std::uint32_t keysym) const {
  if (keysym == 0 || places_.contains(keysym) || spare_.empty()) return 0;
  return spare_.front().keysym == 0 ? 0 : spare_.front().used_us + kSpareUsMin;
}

KeyPlace Keyboard::find(std::uint32_t keysym, std::int64_t now_us) {
  if (keysym == 0) return {};
  const auto spare = std::find_if(spare_.begin(), spare_.end(),
                                  [&](const Spare& one) { return one.keysym == keysym; });
  if (spare != spare_.end()) {
    Spare used = *spare;
    used.used_us = now_us;
    spare_.erase(spare);
    spare_.push_back(used);
    return {used.code, false};
  }
  const auto found = places_.find(keysym);
  if (found != places_.end()) return found->second;
  if (spare_.empty()) return {};
  Spare taken = spare_.front();
  spare_.pop_front();
  places_.erase(taken.keysym);
  taken.keysym = keysym;
  taken.used_us = now_us;
  spare_.push_back(taken);
  places_[keysym] = {taken.code, false};
  // Both levels, so that a shift key held down changes nothing.
  const std::array<xcb_keysym_t, 2> symbols{keysym, keysym};
  xcb_change_keyboard_mapping(connection_, 1, taken.code, symbols.size(), symbols.data());
  return {taken.code, false};
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
