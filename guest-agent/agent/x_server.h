// The guest's display: an X server without a screen or hands of its own, and our connections to it.
#pragma once

#include <sys/types.h>
#include <xcb/xcb.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "guest-agent/agent/touch_screen.h"
#include "schemas/result.h"

namespace rookery::guest {

struct Disconnect {
  void operator()(xcb_connection_t* connection) const { xcb_disconnect(connection); }
};

struct XServer {
  pid_t pid = 0;
  std::unique_ptr<xcb_connection_t, Disconnect> connection;
  xcb_screen_t* screen = nullptr;             // belongs to the connection
  std::unique_ptr<TouchScreen> touch_screen;  // may be none: then only XTEST's pointer touches
};

// Debian's and Ubuntu's; called directly, because /usr/bin/Xorg asks for a console.
inline constexpr const char* kXorg = "/usr/lib/xorg/Xorg";

// Starts Xorg with a dummy screen and a touchscreen, or Xvfb where that does not work, which a line
// on standard error says. On a free display; sets DISPLAY and connects. 24 bit colour, 32 bits a
// pixel.
Result<XServer> start_x_server(std::uint16_t width_px, std::uint16_t height_px,
                               const std::string& xorg = kXorg);

// Names (instance of WM_CLASS) of the windows that can be seen, framed by a window manager or not.
std::set<std::string> window_names(xcb_connection_t* connection, xcb_window_t root);

}  // namespace rookery::guest
