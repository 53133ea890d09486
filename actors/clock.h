// The only door for wall time.
#pragma once

#include <cstdint>

namespace rookery {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_us() const = 0;  // microseconds since 1970-01-01 UTC
};

// The machine's clock; lives as long as the process.
const Clock& system_clock();

}  // namespace rookery
