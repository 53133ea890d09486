#include "guest-agent/agent/x_server.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "guest-agent/agent/process.h"
#include "guest-agent/seqpacket.h"

namespace rookery::guest {
namespace {

// What a phone of this size has, so that programs choose letters that can be read and touched.
constexpr const char* kDotsPerInch = "160";

// Xvfb writes its number and a line end when it is ready for connections, or closes the pipe.
std::string read_display_number(int pipe) {
  std::string text;
  char c = 0;
  while (text.size() < 8) {
    const ssize_t size = ::read(pipe, &c, 1);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return {};
    if (c == '\n') return text;
    text.push_back(c);
  }
  return {};
}

}  // namespace

Result<XServer> start_x_server(std::uint16_t width_px, std::uint16_t height_px) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{"cannot make a pipe"};
  const FileDescriptor number_from(ends[0]);
  FileDescriptor number_to(ends[1]);
  const std::string size = std::to_string(width_px) + "x" + std::to_string(height_px) + "x24";
  const auto pid = spawn({"Xvfb", "-displayfd", "3", "-screen", "0", size, "-dpi", kDotsPerInch,
                          "-nolisten", "tcp", "-noreset"},
                         "/tmp/Xvfb.log", number_to.get());
  if (!pid) return pid.error();
  number_to.reset();
  const std::string number = read_display_number(number_from.get());
  if (number.empty()) return Error{"the X server does not start; see /tmp/Xvfb.log in the guest"};
  ::setenv("DISPLAY", (":" + number).c_str(), 1);
  XServer server;
  server.pid = *pid;
  server.connection.reset(xcb_connect(nullptr, nullptr));
  if (xcb_connection_has_error(server.connection.get()) != 0) {
    return Error{"the X server does not let us in"};
  }
  server.screen = xcb_setup_roots_iterator(xcb_get_setup(server.connection.get())).data;
  return server;
}

}  // namespace rookery::guest
