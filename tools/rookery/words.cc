#include "tools/rookery/words.h"

namespace rookery::tool {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Reads from after the opening quote to after the closing one.
Result<std::string> read_quoted(std::string_view line, std::size_t& at) {
  std::string text;
  while (at < line.size() && line[at] != '"') {
    char c = line[at++];
    if (c == '\\') {
      if (at == line.size()) break;
      c = line[at++];
      if (c == 'n') {
        c = '\n';
      } else if (c == 't') {
        c = '\t';
      } else if (c != '"' && c != '\\') {
        return Error{"unknown escape \\" + std::string(1, c) + R"(: only \" \\ \n \t are known)"};
      }
    }
    text += c;
  }
  if (at == line.size()) return Error{"a quote is not closed: end the text with \""};
  ++at;
  return text;
}

Result<std::vector<std::vector<std::string>>> split(std::string_view line, bool semicolons) {
  std::vector<std::vector<std::string>> commands(1);
  std::size_t at = 0;
  while (at < line.size()) {
    if (is_blank(line[at])) {
      ++at;
    } else if (line[at] == '#') {
      break;
    } else if (semicolons && line[at] == ';') {
      commands.emplace_back();
      ++at;
    } else {
      std::string word;
      while (at < line.size() && !is_blank(line[at]) && !(semicolons && line[at] == ';')) {
        if (line[at] != '"') {
          word += line[at++];
          continue;
        }
        const auto quoted = read_quoted(line, ++at);
        if (!quoted) return quoted.error();
        word += *quoted;
      }
      commands.back().push_back(std::move(word));
    }
  }
  return commands;
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view line) {
  auto commands = split(line, false);
  if (!commands) return commands.error();
  return std::move(commands->front());
}

Result<std::vector<std::vector<std::string>>> split_commands(std::string_view line) {
  auto commands = split(line, true);
  if (!commands) return commands;
  std::erase_if(*commands, [](const auto& words) { return words.empty(); });
  return commands;
}

}  // namespace rookery::tool
