// Splits what a person types into commands and words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/result.h"

namespace rookery::tool {

// Words are separated by blanks. "…" keeps blanks and knows \" \\ \n \t; a # that begins a word
// begins a comment.
Result<std::vector<std::string>> split_words(std::string_view line);

// The same, with commands separated by ';'; empty commands are left out.
Result<std::vector<std::vector<std::string>>> split_commands(std::string_view line);

}  // namespace rookery::tool
