#include "actors/domain/text_rules.h"

#include <algorithm>

#include "schemas/utf8.h"

namespace rookery {
namespace {

// Bytes of the character at the front; 0 when it is none, or a control character (C1's, too).
std::size_t plain_bytes(std::string_view text) {
  const auto [code, bytes] = first_character(text);
  return code < 0x20 || (code >= 0x7f && code < 0xa0) ? 0 : bytes;
}

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = plain_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytesMax && is_plain_text(text);
}

bool is_reason(std::string_view text) {
  return text.size() <= kReasonBytesMax && is_plain_text(text);
}

bool is_login(std::string_view text) {
  return !text.empty() && text.size() <= kLoginBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                  c == '-' || c == '@';
         });
}

std::string to_reason(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = plain_bytes(text);
    if (out.size() + std::max<std::size_t>(length, 1) > kReasonBytesMax) break;
    if (length == 0) {
      out += '?';
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace rookery
