#include "tools/rookery/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace rookery::tool {
namespace {

constexpr std::size_t kBarWidth = 30;

std::uint64_t hundredths(std::uint64_t done, std::uint64_t total) {
  if (total == 0) return 100;
  return static_cast<std::uint64_t>(100.0 * static_cast<double>(std::min(done, total)) /
                                    static_cast<double>(total));
}

}  // namespace

void ProgressLine::end() {
  if (std::exchange(shown_, false)) std::cerr << "\r\x1b[K" << std::flush;
}

void ProgressLine::show(std::uint64_t done, std::uint64_t total) {
  const std::uint64_t now = hundredths(done, total);
  if (isatty(STDERR_FILENO) == 0 || (shown_ && now == shown_hundredths_)) return;
  shown_ = true;
  shown_hundredths_ = now;
  std::cerr << "\r" << progress_text(done, total, what_, kBarWidth) << "\x1b[K" << std::flush;
}

std::string progress_text(std::uint64_t done, std::uint64_t total, const std::string& what,
                          std::size_t width) {
  const std::uint64_t now = hundredths(done, total);
  const std::size_t full = width * now / 100;
  return "[" + std::string(full, '#') + std::string(width - full, ' ') + "] " +
         std::to_string(now) + " % of " + std::to_string(total) + " " + what;
}

}  // namespace rookery::tool
