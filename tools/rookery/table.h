// Text for people: aligned columns, and nothing that plays with their terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rookery::tool {

// Control characters, direction overrides and broken UTF-8 as visible escapes (\n, \x1b, \u202e).
std::string escape_text(std::string_view text);

// Terminal columns of an escaped text, wide characters counted as two.
std::size_t display_width(std::string_view text);

// Pads with blanks on the right.
std::string padded(std::string_view text, std::size_t width);

class Table {
 public:
  explicit Table(std::vector<std::string> headings);
  // One cell a heading; cells are escaped here.
  void add(const std::vector<std::string>& cells);
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rookery::tool
