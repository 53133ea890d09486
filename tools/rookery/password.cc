#include "tools/rookery/password.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "tools/rookery/interrupt.h"

namespace rookery::tool {
namespace {

// The terminal itself, so that redirected standard input or output does not matter.
class Terminal {
 public:
  Terminal() : fd_(open("/dev/tty", O_RDWR | O_CLOEXEC)) {}
  ~Terminal() {
    if (fd_ < 0) return;
    if (quiet_) tcsetattr(fd_, TCSAFLUSH, &before_);
    close(fd_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  bool open_ok() const { return fd_ >= 0; }
  void silence() {
    if (tcgetattr(fd_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    quiet_ = tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
  }
  Result<std::string> ask(const std::string& prompt) {
    if (write(fd_, prompt.data(), prompt.size()) < 0) return Error{"the terminal is gone"};
    std::string line;
    char c = 0;
    while (!interrupted()) {
      const ssize_t got = read(fd_, &c, 1);
      if (got < 0 && !interrupted()) return Error{"cannot read from the terminal"};
      if (got == 0 || (got == 1 && c == '\n')) return line;
      if (got == 1) line += c;
    }
    return Error{"interrupted"};
  }

 private:
  int fd_;
  bool quiet_ = false;
  termios before_{};
};

Error no_terminal() {
  return Error{"no terminal to ask on: give the password with --password-stdin"};
}

}  // namespace

Result<std::string> read_password_from_stdin() {
  std::string password;
  if (!std::getline(std::cin, password) || password.empty()) {
    return Error{"no password on standard input: write it there as one line"};
  }
  return password;
}

Result<std::string> ask_password(const std::string& prompt, bool twice) {
  Terminal terminal;
  if (!terminal.open_ok()) return no_terminal();
  terminal.silence();
  auto password = terminal.ask(prompt + ": ");
  if (!password || !twice) return password;
  const auto again = terminal.ask(prompt + " again: ");
  if (!again) return again;
  if (*again != *password) return Error{"the two passwords differ: try again"};
  return password;
}

Result<std::string> ask_line(const std::string& prompt) {
  Terminal terminal;
  if (!terminal.open_ok()) return no_terminal();
  return terminal.ask(prompt + ": ");
}

}  // namespace rookery::tool
