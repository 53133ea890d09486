// Hashes as people read them aloud.
#pragma once

#include <cstdint>
#include <string>

namespace rookery {

// The first 8 of these bytes, such as "1f3a 99c0 77de 0a12".
inline std::string short_text(const std::uint8_t* hash) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (int i = 0; i < 8; ++i) {
    if (i > 0 && i % 2 == 0) out += ' ';
    out += kDigits[hash[i] >> 4];
    out += kDigits[hash[i] & 15];
  }
  return out;
}

}  // namespace rookery
