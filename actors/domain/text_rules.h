// Rules for names and texts that people choose.
#pragma once

#include <string>
#include <string_view>

namespace rookery {

inline constexpr std::size_t kNameBytesMax = 128;
inline constexpr std::size_t kReasonBytesMax = 512;
inline constexpr std::size_t kLoginBytesMax = 64;

// 1 to kNameBytesMax bytes of valid UTF-8 without control characters.
bool is_name(std::string_view text);
// At most kReasonBytesMax bytes of valid UTF-8 without control characters; may be empty.
bool is_reason(std::string_view text);
// 1 to kLoginBytesMax of a-z 0-9 . _ - @
bool is_login(std::string_view text);
// Cut and cleaned so that is_reason() holds: for texts that come from machines, not from people.
std::string to_reason(std::string_view text);

}  // namespace rookery
