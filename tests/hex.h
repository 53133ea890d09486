// Bytes as people write them in golden files and corpora.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery {

inline std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// Pairs of hexadecimal digits, spaces and line ends between them as one likes; from '#' to the end
// of a line is a comment.
inline std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  bool comment = false;
  int high = -1;
  for (const char c : text) {
    if (c == '#' || c == '\n') comment = c == '#';
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (comment || !digit) continue;
    const int value = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high >= 0) bytes.push_back(static_cast<std::uint8_t>(high << 4 | value));
    high = high >= 0 ? -1 : value;
  }
  return bytes;
}

}  // namespace rookery
