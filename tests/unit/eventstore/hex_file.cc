#include "tests/unit/eventstore/hex_file.h"

#include <boost/test/unit_test.hpp>
#include <cctype>
#include <cstdlib>
#include <fstream>

namespace rookery::testing {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

HexFile read_hex_file(const std::filesystem::path& path) {
  std::ifstream file(std::filesystem::path(ROOKERY_TESTS) / path);
  BOOST_REQUIRE_MESSAGE(file.is_open(), "golden file " << path
                                                       << " is missing; for a new struct or "
                                                       << "layout, run ninja -C build golden");
  HexFile content;
  std::string hex;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("# ")) {
      content.comments.push_back(line.substr(2));
    } else {
      hex += line;
    }
  }
  content.bytes = from_hex(hex);
  return content;
}

void write_new_hex_file(const std::filesystem::path& path, const HexFile& content) {
  const auto full = std::filesystem::path(ROOKERY_TESTS) / path;
  if (std::filesystem::exists(full)) return;
  std::filesystem::create_directories(full.parent_path());
  std::ofstream file(full);
  for (const auto& comment : content.comments) file << "# " << comment << '\n';
  const std::string hex = to_hex(content.bytes);
  for (std::size_t at = 0; at < hex.size(); at += 64) file << hex.substr(at, 64) << '\n';
  BOOST_REQUIRE_MESSAGE(file.good(), "cannot write " << full);
}

bool golden_writing_wanted() {
  const char* wanted = std::getenv("ROOKERY_WRITE_GOLDEN");
  return wanted != nullptr && std::string_view(wanted) == "1";
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) digits += c;
  }
  BOOST_REQUIRE(digits.size() % 2 == 0);
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto high = kDigits.find(digits[i]);
    const auto low = kDigits.find(digits[i + 1]);
    BOOST_REQUIRE(high != std::string_view::npos && low != std::string_view::npos);
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace rookery::testing
