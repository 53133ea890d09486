// The programs that an image runs from boot to shutdown.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "schemas/result.h"

namespace rookery::guest {

inline constexpr std::int64_t kRestartPauseUs = 1000000;

class Programs {
 public:
  // Reads IMAGE/session: one program a line, with its environment and arguments as env(1) takes
  // them; # begins a comment. "await NAME…" names windows (instance of WM_CLASS) without which the
  // screen cannot be used yet.
  static Result<Programs> read(const std::filesystem::path& image);

  // Starts those that do not run and whose pause is over: one that ends at once is not started
  // more than once in kRestartPauseUs.
  void start_due(std::int64_t now_us);
  // When start_due() has something to do next; 0: nothing.
  std::int64_t next_due_us() const;
  // A child of this process ended.
  void ended(pid_t pid);
  // Names of the windows to await; empty: any large one.
  const std::vector<std::string>& awaited() const { return awaited_; }

 private:
  struct Program {
    std::string command;
    pid_t pid = 0;
    std::int64_t not_before_us = 0;
  };
  std::vector<Program> programs_;
  std::vector<std::string> awaited_;
};

// Puts what the image's home folder has, and `home` has not, into `home`.
void furnish_home(const std::filesystem::path& image, const std::filesystem::path& home);

}  // namespace rookery::guest
