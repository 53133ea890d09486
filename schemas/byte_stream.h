// A client's connection that one side of the system hands to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace rookery {

// Connected, ordered, non-blocking; closes when destroyed. One thread at a time.
class ByteStream {
 public:
  static constexpr std::ptrdiff_t kEnded = -1;  // by the other end, or it failed

  virtual ~ByteStream() = default;
  // What to wait on. What read() and write() left undone may go on after either direction is ready.
  virtual int fd() const = 0;
  // How many bytes moved; 0: none at present; kEnded.
  virtual std::ptrdiff_t read(std::span<std::uint8_t> into) = 0;
  virtual std::ptrdiff_t write(std::span<const std::uint8_t> from) = 0;
  // Who is at the other end, "ip:port".
  virtual std::string remote() const = 0;
};

}  // namespace rookery
