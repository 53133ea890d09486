// Which key of the X server writes which symbol; symbols that no key has are put on a spare key.
#pragma once

#include <xcb/xcb.h>

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace rookery::guest {

struct KeyPlace {
  xcb_keycode_t code = 0;
  bool shifted = false;
};

inline constexpr std::int64_t kSpareUsMin = 400'000;

class Keyboard {
 public:
  explicit Keyboard(xcb_connection_t* connection);

  // When find() may be called for the symbol. A program looks a key's symbol up when it comes to
  // handle the press, so a spare key keeps its symbol for kSpareUsMin after each use.
  std::int64_t ready_us(std::uint32_t keysym) const;
  // Where the symbol is. One that is nowhere takes the place of the one on the spare keys that has
  // not been used for longest. A code of 0: this server has no spare keys.
  KeyPlace find(std::uint32_t keysym, std::int64_t now_us);
  xcb_keycode_t shift() const { return shift_; }

 private:
  struct Spare {
    xcb_keycode_t code = 0;
    std::uint32_t keysym = 0;  // 0: nothing yet
    std::int64_t used_us = 0;
  };

  xcb_connection_t* connection_;
  std::unordered_map<std::uint32_t, KeyPlace> places_;
  std::deque<Spare> spare_;  // the longest unused one first
  xcb_keycode_t shift_ = 0;
};

// The symbol that writes this character (X.Org keysymdef.h); control characters are the keys that
// a person would press. 0: none.
std::uint32_t keysym_of(char32_t character);

// The characters of the text; bytes that are not UTF-8 are left out.
std::vector<char32_t> characters_of(const std::string& utf8);

}  // namespace rookery::guest
