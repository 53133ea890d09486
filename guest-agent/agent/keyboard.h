// Which key of the X server writes which symbol; symbols that no key has are put on spare keys.
#pragma once

#include <xcb/xcb.h>

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "guest-agent/agent/map_readers.h"
#include "guest-agent/agent/spare_keys.h"

namespace rookery::guest {

struct KeyPlace {
  xcb_keycode_t code = 0;
  bool shifted = false;
};

// A program has dealt with a change when it asked for the new symbols and then stayed quiet: one
// change makes it ask several times.
inline constexpr std::int64_t kReaderQuietUs = 50'000;
// One that asked before but does not ask now may hang; it is not waited for any longer.
inline constexpr std::int64_t kReaderUsMax = 5'000'000;
// One that was never seen asking.
inline constexpr std::int64_t kUnknownReaderUs = 400'000;

class Keyboard {
 public:
  explicit Keyboard(xcb_connection_t* connection);

  // Where the symbol is now. A code of 0: on no key.
  KeyPlace find(std::uint32_t keysym) const;
  // To be called when the key is pressed.
  void use(const KeyPlace& place);
  xcb_keycode_t shift() const { return shift_; }

  bool has_for_good(std::uint32_t keysym) const { return places_.contains(keysym); }
  // Would lend() help?
  bool lacks(std::uint32_t keysym) const;
  // When lend() may be called: the program that is typed into has dealt with the last change.
  std::int64_t ready_us() const;
  // Puts symbols that will be typed soon on spare keys, most urgent first, in one change; not on
  // those of the keys in `held`. False: there is none left.
  bool lend(std::span<const std::uint32_t> soon, const std::set<xcb_keycode_t>& held,
            std::int64_t now_us);

  // Readable when take() has something; -1: never.
  int readers_fd() const { return readers_.fd(); }
  void take(std::int64_t now_us) { readers_.take(now_us); }

 private:
  void change(std::int64_t now_us);

  xcb_connection_t* connection_;
  MapReaders readers_;
  std::unordered_map<std::uint32_t, KeyPlace> places_;
  SpareKeys spare_{0};
  xcb_keycode_t first_spare_ = 0;
  xcb_keycode_t shift_ = 0;
  std::int64_t changed_us_ = 0;  // 0: never
  xcb_window_t reader_ = 0;      // had the focus then
};

// The symbol that writes this character (X.Org keysymdef.h); control characters are the keys that
// a person would press. 0: none.
std::uint32_t keysym_of(char32_t character);

// The characters of the text; bytes that are not UTF-8 are left out.
std::vector<char32_t> characters_of(const std::string& utf8);

}  // namespace rookery::guest
