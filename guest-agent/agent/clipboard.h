// What was copied in the guest: the CLIPBOARD selection as text (ICCCM, section 2). It is read only
// when somebody asks for it; what was copied lives in the program that copied it.
#pragma once

#include <xcb/xcb.h>

#include <cstdint>
#include <optional>
#include <string>

#include "schemas/clipboard.h"

namespace rookery::guest {

class Clipboard {
 public:
  // A program that does not give its selection in this time has none to give.
  static constexpr std::int64_t kAnswerUsMax = 2'000'000;

  Clipboard(xcb_connection_t* connection, const xcb_screen_t& screen);

  // Asked again before the answer came: the same answer.
  void ask(std::int64_t now_us);
  // To be shown every X event; true when it was ours.
  bool take_event(const xcb_generic_event_t& event, std::int64_t now_us);
  // Once, when the answer is there or does not come.
  std::optional<ClipboardText> take_answer(std::int64_t now_us);
  // When take_answer() gives up; 0: nothing was asked.
  std::int64_t due_us() const { return due_us_; }

 private:
  xcb_atom_t atom(const char* name) const;
  void take_property();
  void answer(ClipboardState state);

  xcb_connection_t* connection_;
  xcb_window_t window_;
  xcb_atom_t clipboard_;
  xcb_atom_t utf8_string_;
  xcb_atom_t incremental_;
  xcb_atom_t property_;
  std::int64_t due_us_ = 0;
  bool in_pieces_ = false;  // large ones come so (ICCCM, section 2.7.2)
  std::string so_far_;
  std::optional<ClipboardText> answer_;
};

}  // namespace rookery::guest
