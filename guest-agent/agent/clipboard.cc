#include "guest-agent/agent/clipboard.h"

#include <cstring>
#include <utility>

#include "guest-agent/agent/x_reply.h"

namespace rookery::guest {
namespace {

// Properties are read in units of four bytes; one unit beyond the bound says that there is more.
constexpr std::uint32_t kUnitsMax = kClipboardBytesMax / 4 + 1;

}  // namespace

Clipboard::Clipboard(xcb_connection_t* connection, const xcb_screen_t& screen)
    : connection_(connection),
      window_(xcb_generate_id(connection)),
      clipboard_(atom("CLIPBOARD")),
      utf8_string_(atom("UTF8_STRING")),
      incremental_(atom("INCR")),
      property_(atom("ROOKERY_CLIPBOARD")) {
  const std::uint32_t properties_change = XCB_EVENT_MASK_PROPERTY_CHANGE;
  xcb_create_window(connection_, 0, window_, screen.root, -1, -1, 1, 1, 0,
                    XCB_WINDOW_CLASS_INPUT_ONLY, screen.root_visual, XCB_CW_EVENT_MASK,
                    &properties_change);
}

xcb_atom_t Clipboard::atom(const char* name) const {
  const auto length = static_cast<std::uint16_t>(std::strlen(name));
  const auto reply = owned(
      xcb_intern_atom_reply(connection_, xcb_intern_atom(connection_, 0, length, name), nullptr));
  return reply ? reply->atom : xcb_atom_t{XCB_ATOM_NONE};
}

void Clipboard::ask(std::int64_t now_us) {
  if (due_us_ != 0) return;
  due_us_ = now_us + kAnswerUsMax;
  in_pieces_ = false;
  so_far_.clear();
  answer_.reset();
  xcb_delete_property(connection_, window_, property_);
  xcb_convert_selection(connection_, window_, clipboard_, utf8_string_, property_,
                        XCB_CURRENT_TIME);
  xcb_flush(connection_);
}

bool Clipboard::take_event(const xcb_generic_event_t& event, std::int64_t now_us) {
  const int kind = event.response_type & 0x7f;
  if (kind == XCB_SELECTION_NOTIFY) {
    const auto& notify = reinterpret_cast<const xcb_selection_notify_event_t&>(event);
    if (notify.requestor != window_) return false;
    if (due_us_ == 0 || answer_) return true;
    if (notify.property == XCB_ATOM_NONE) {
      answer(ClipboardState::kNothing);
    } else {
      take_property();
    }
    return true;
  }
  if (kind != XCB_PROPERTY_NOTIFY) return false;
  const auto& notify = reinterpret_cast<const xcb_property_notify_event_t&>(event);
  if (notify.window != window_) return false;
  const bool news = notify.atom == property_ && notify.state == XCB_PROPERTY_NEW_VALUE;
  if (news && in_pieces_ && due_us_ != 0 && !answer_) {
    due_us_ = now_us + kAnswerUsMax;
    take_property();
  }
  return true;
}

// Deleting the property is what asks for the next piece.
void Clipboard::take_property() {
  const auto value = owned(xcb_get_property_reply(
      connection_,
      xcb_get_property(connection_, 1, window_, property_, XCB_GET_PROPERTY_TYPE_ANY, 0, kUnitsMax),
      nullptr));
  if (!value) return answer(ClipboardState::kNothing);
  if (!in_pieces_ && value->type == incremental_) {
    in_pieces_ = true;
    return;
  }
  if (value->type != utf8_string_ || value->format != 8) return answer(ClipboardState::kNothing);
  const auto length = static_cast<std::size_t>(xcb_get_property_value_length(value.get()));
  so_far_.append(static_cast<const char*>(xcb_get_property_value(value.get())), length);
  if (so_far_.size() > kClipboardBytesMax || value->bytes_after > 0) {
    return answer(ClipboardState::kTooLong);
  }
  if (in_pieces_ && length > 0) return;
  answer(so_far_.empty() ? ClipboardState::kNothing : ClipboardState::kText);
}

void Clipboard::answer(ClipboardState state) {
  if (state != ClipboardState::kText) so_far_.clear();
  answer_ = ClipboardText{state, std::exchange(so_far_, {})};
}

std::optional<ClipboardText> Clipboard::take_answer(std::int64_t now_us) {
  if (due_us_ == 0) return std::nullopt;
  if (!answer_ && now_us >= due_us_) answer(ClipboardState::kNothing);
  if (answer_) due_us_ = 0;
  return std::exchange(answer_, std::nullopt);
}

}  // namespace rookery::guest
