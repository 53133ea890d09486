#include "guest-agent/agent/programs.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "guest-agent/agent/process.h"

namespace rookery::guest {

namespace fs = std::filesystem;

Result<Programs> Programs::read(const fs::path& image) {
  std::ifstream file(image / "session");
  if (!file) return Error{"the image has no file 'session': " + image.string()};
  Programs out;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string word;
    if (words >> word && word == "await") {
      while (words >> word) out.awaited_.push_back(word);
      continue;
    }
    out.programs_.push_back({line, 0, 0});
  }
  if (out.programs_.empty()) return Error{"the image's session starts nothing"};
  return out;
}

void Programs::start_due(std::int64_t now_us) {
  for (std::size_t i = 0; i < programs_.size(); ++i) {
    Program& program = programs_[i];
    if (program.pid != 0 || now_us < program.not_before_us) continue;
    program.not_before_us = now_us + kRestartPauseUs;
    // The shell gives way to the program, so the process is the program.
    const auto pid = spawn({"/bin/sh", "-c", "exec env " + program.command},
                           "/tmp/program-" + std::to_string(i + 1) + ".log");
    if (pid) {
      program.pid = *pid;
    } else {
      std::fprintf(stderr, "%s\n", pid.error().message.c_str());
    }
  }
}

std::int64_t Programs::next_due_us() const {
  std::int64_t due = 0;
  for (const Program& program : programs_) {
    if (program.pid == 0 && (due == 0 || program.not_before_us < due)) due = program.not_before_us;
  }
  return due;
}

void Programs::ended(pid_t pid) {
  for (Program& program : programs_) {
    if (program.pid != pid) continue;
    std::fprintf(stderr, "ended, will be started again: %s\n", program.command.c_str());
    program.pid = 0;
  }
}

void furnish_home(const fs::path& image, const fs::path& home) {
  std::error_code failed;
  if (!fs::is_directory(image / "home", failed)) return;
  fs::copy(image / "home", home,
           fs::copy_options::recursive | fs::copy_options::skip_existing |
               fs::copy_options::copy_symlinks,
           failed);
  if (failed) std::fprintf(stderr, "the home is not furnished: %s\n", failed.message().c_str());
}

}  // namespace rookery::guest
