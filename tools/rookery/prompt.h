// Lines typed on a terminal, with editing, history and completion (libedit).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::tool {

// Words of the line up to the cursor (the last one may be empty) to what could replace the last.
using Completer = std::function<std::vector<std::string>(const std::vector<std::string>&)>;

// One at a time in a process: it owns the terminal while it reads.
class Prompt {
 public:
  Prompt(std::string text, std::filesystem::path history_file, Completer completer);
  ~Prompt();
  Prompt(const Prompt&) = delete;
  Prompt& operator=(const Prompt&) = delete;

  // Nothing at the end of input. Ctrl-C gives up the line and begins another.
  std::optional<std::string> read_line();

 private:
  struct Editor;
  std::unique_ptr<Editor> editor_;
};

}  // namespace rookery::tool
