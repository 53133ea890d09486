// Golden bytes as text: lines that begin with '#' explain, the others are hexadecimal.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::testing {

struct HexFile {
  std::vector<std::string> comments;  // without "# "
  std::string bytes;
};

// `path` is relative to tests/. Fails the test when the file is missing or is not hexadecimal.
HexFile read_hex_file(const std::filesystem::path& path);

// Writes a golden file that does not exist yet; an existing one is never touched.
void write_new_hex_file(const std::filesystem::path& path, const HexFile& content);

bool golden_writing_wanted();  // ROOKERY_WRITE_GOLDEN=1

std::string to_hex(std::string_view bytes);
std::string from_hex(std::string_view text);  // white space is skipped

}  // namespace rookery::testing
