// How far long work has come: one line on a terminal's standard error that counts, elsewhere
// nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace rookery::tool {

// The line goes at the end, or with the object.
class ProgressLine {
 public:
  explicit ProgressLine(std::string what) : what_(std::move(what)) {}
  ~ProgressLine() { end(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void end();
  void show(std::uint64_t done, std::uint64_t total);
  std::function<void(std::uint64_t done, std::uint64_t total)> shower() {
    return [this](std::uint64_t done, std::uint64_t total) { show(done, total); };
  }

 private:
  const std::string what_;
  bool shown_ = false;
  std::uint64_t shown_hundredths_ = 0;
};

// [######    ] 60 % and the numbers; `width` is the bar's.
std::string progress_text(std::uint64_t done, std::uint64_t total, const std::string& what,
                          std::size_t width);

}  // namespace rookery::tool
