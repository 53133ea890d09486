// One hash over many lines.
#pragma once

#include <string>
#include <vector>

namespace rookery::tool {

// Hex SHA-256 over the lines, one after the other.
std::string sha256_hex(const std::vector<std::string>& lines);

}  // namespace rookery::tool
