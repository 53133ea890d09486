// The phone in a window (SDL2): its picture, and a person's hands on it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "schemas/result.h"
#include "tools/rookery/view/screen.h"
#include "tools/rookery/view/script_runner.h"

namespace rookery::tool {

// What the title shows, asked about once a second.
struct WindowStatus {
  std::string trouble;  // why there is no stream; empty when there is
  std::uint64_t frames_decoded = 0;
  std::uint32_t round_trip_us = 0;
};

struct WindowOptions {
  std::string phone_name;
  std::function<WindowStatus()> status;
  std::function<bool()> finished;  // looked at a few times a second
};

// An Error when no window could be seen here, which SDL alone does not tell: it draws into memory.
Status check_desktop();

// Runs on the main thread until the person closes the window or `finished` says so. `screen`'s
// listener is the window's while it runs.
Status run_window(const WindowOptions& options, Screen& screen, const InputSender& send);

}  // namespace rookery::tool
