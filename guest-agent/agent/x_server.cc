#include "guest-agent/agent/x_server.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "guest-agent/agent/process.h"
#include "guest-agent/agent/x_reply.h"
#include "guest-agent/agent/xorg_settings.h"
#include "guest-agent/seqpacket.h"

namespace rookery::guest {
namespace {

// What a phone of this size has, so that programs choose letters that can be read and touched.
constexpr const char* kDotsPerInch = "160";

namespace fs = std::filesystem;

constexpr const char* kLog = "/tmp/Xserver.log";

// A server writes its number and a line end when it is ready for connections, or closes the pipe.
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

void add_names(xcb_connection_t* connection, xcb_window_t window, int depth,
               std::set<std::string>& names) {
  const auto tree =
      owned(xcb_query_tree_reply(connection, xcb_query_tree(connection, window), nullptr));
  if (!tree || depth == 0) return;
  const xcb_window_t* children = xcb_query_tree_children(tree.get());
  for (int i = 0; i < xcb_query_tree_children_length(tree.get()); ++i) {
    const auto seen = owned(xcb_get_window_attributes_reply(
        connection, xcb_get_window_attributes(connection, children[i]), nullptr));
    if (!seen || seen->map_state != XCB_MAP_STATE_VIEWABLE) continue;
    const auto name = owned(xcb_get_property_reply(
        connection,
        xcb_get_property(connection, 0, children[i], XCB_ATOM_WM_CLASS, XCB_ATOM_STRING, 0, 64),
        nullptr));
    const int size = name ? xcb_get_property_value_length(name.get()) : 0;
    if (size > 0) {
      // The instance, an end, the class.
      const std::string both(static_cast<const char*>(xcb_get_property_value(name.get())),
                             static_cast<std::size_t>(size));
      names.insert(both.substr(0, both.find('\0')));
    }
    add_names(connection, children[i], depth - 1, names);
  }
}

void end(XServer& server) {
  server.connection.reset();
  ::kill(server.pid, SIGTERM);
  while (::waitpid(server.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// What it says goes to kLog.
Result<XServer> start(std::vector<std::string> words, std::uint16_t width_px,
                      std::uint16_t height_px) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{"cannot make a pipe"};
  const FileDescriptor number_from(ends[0]);
  FileDescriptor number_to(ends[1]);
  for (const char* word :
       {"-displayfd", "3", "-dpi", kDotsPerInch, "-nolisten", "tcp", "-noreset"}) {
    words.emplace_back(word);
  }
  const auto pid = spawn(words, kLog, number_to.get());
  if (!pid) return pid.error();
  number_to.reset();
  const std::string number = read_display_number(number_from.get());
  if (number.empty()) return Error{words[0] + " does not start; see /tmp/Xserver.log"};
  ::setenv("DISPLAY", (":" + number).c_str(), 1);
  XServer server;
  server.pid = *pid;
  server.connection.reset(xcb_connect(nullptr, nullptr));
  if (xcb_connection_has_error(server.connection.get()) != 0) {
    return Error{words[0] + " does not let us in"};
  }
  server.screen = xcb_setup_roots_iterator(xcb_get_setup(server.connection.get())).data;
  if (server.screen->width_in_pixels != width_px || server.screen->height_in_pixels != height_px) {
    end(server);
    return Error{words[0] + " has another size"};
  }
  return server;
}

Result<XServer> start_xorg(const std::string& xorg, const fs::path& folder, std::uint16_t width_px,
                           std::uint16_t height_px) {
  const fs::path socket = folder / "touch";
  const fs::path settings = folder / "xorg.conf";
  std::ofstream(settings) << xorg_settings(socket, width_px, height_px);
  auto server = start({xorg, "-config", settings, "-logfile", folder / "log", "-novtswitch"},
                      width_px, height_px);
  if (!server) return server;
  server->touch_screen = TouchScreen::connect(socket, width_px, height_px);
  if (server->touch_screen) return server;
  end(*server);
  return Error{xorg + " has no touchscreen; is its inputtest driver installed?"};
}

}  // namespace

std::set<std::string> window_names(xcb_connection_t* connection, xcb_window_t root) {
  constexpr int kFramesDeep = 3;
  std::set<std::string> names;
  add_names(connection, root, kFramesDeep, names);
  return names;
}

Result<XServer> start_x_server(std::uint16_t width_px, std::uint16_t height_px,
                               const std::string& xorg) {
  std::string folder = "/tmp/rookery-x-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return Error{"cannot make a folder in /tmp"};
  auto server = start_xorg(xorg, folder, width_px, height_px);
  // Nobody else shall be the touchscreen's fingers.
  std::error_code kept;
  fs::remove_all(folder, kept);
  if (server) return server;
  std::fprintf(stderr, "one finger only, no multi-touch: %s\n", server.error().message.c_str());
  const std::string size = std::to_string(width_px) + "x" + std::to_string(height_px) + "x24";
  return start({"Xvfb", "-screen", "0", size}, width_px, height_px);
}

}  // namespace rookery::guest
