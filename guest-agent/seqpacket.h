// One end of a SOCK_SEQPACKET Unix connection: whole messages, and one file beside a message.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "schemas/result.h"

namespace rookery::guest {

// Owns a file descriptor; -1 is none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

struct Received {
  std::vector<std::uint8_t> bytes;
  FileDescriptor file;  // the first file that came with it; further ones were closed
};

enum class Receipt { kMessage, kNothingYet, kEnded };

// Never blocks. A message that is too long for kMessageBytesMax counts as an end.
Receipt receive(int socket, Received& out);
enum class Sending { kSent, kNotNow, kEnded };

// Never blocks: kNotNow when the buffer is full, kEnded when the peer is gone. `file` of -1 sends
// none.
Sending send(int socket, std::span<const std::uint8_t> bytes, int file = -1);

// `path` may be at most 107 bytes (sun_path).
Result<FileDescriptor> listen_at(const std::string& path);
Result<FileDescriptor> connect_to(const std::string& path);

}  // namespace rookery::guest
