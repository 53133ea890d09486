// Which key of the X server writes which symbol; symbols that no key has are put on a spare key.
#pragma once

#include <xcb/xcb.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace rookery::guest {

struct KeyPlace {
  xcb_keycode_t code = 0;
  bool shifted = false;
};

class Keyboard {
 public:
  explicit Keyboard(xcb_connection_t* connection);

  // Where the symbol is. One that is nowhere replaces the oldest one on the spare keys: a program
  // looks a key's symbol up when it handles the press, so a spare key keeps its symbol as long as
  // possible. A code of 0: this server has no spare keys.
  KeyPlace find(std::uint32_t keysym);
  xcb_keycode_t shift() const { return shift_; }

 private:
  xcb_connection_t* connection_;
  std::unordered_map<std::uint32_t, KeyPlace> places_;
  std::vector<xcb_keycode_t> spare_;
  std::vector<std::uint32_t> on_spare_;  // beside spare_; 0: nothing yet
  std::size_t next_spare_ = 0;
  xcb_keycode_t shift_ = 0;
};

// The symbol that writes this character (X.Org keysymdef.h); control characters are the keys that
// a person would press. 0: none.
std::uint32_t keysym_of(char32_t character);

// The characters of the text; bytes that are not UTF-8 are left out.
std::vector<char32_t> characters_of(const std::string& utf8);

}  // namespace rookery::guest
