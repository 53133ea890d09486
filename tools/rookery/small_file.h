// Whole files of a few kilobytes.
#pragma once

#include <filesystem>
#include <string>

#include "schemas/result.h"

namespace rookery::tool {

// Error: it cannot be read, or has more than `bytes_max`.
Result<std::string> read_small_file(const std::filesystem::path& file, std::size_t bytes_max);
// Beside it first, then in its place, readable by the owner only.
Status replace_small_file(const std::filesystem::path& file, const std::string& text);

}  // namespace rookery::tool
