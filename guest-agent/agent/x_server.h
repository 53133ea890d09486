// The guest's display: Xvfb, and our connection to it.
#pragma once

#include <sys/types.h>
#include <xcb/xcb.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "schemas/result.h"

namespace rookery::guest {

struct Disconnect {
  void operator()(xcb_connection_t* connection) const { xcb_disconnect(connection); }
};

struct XServer {
  pid_t pid = 0;
  std::unique_ptr<xcb_connection_t, Disconnect> connection;
  xcb_screen_t* screen = nullptr;  // belongs to the connection
};

// Starts Xvfb on a free display, sets DISPLAY and connects. 24 bit colour, 32 bits a pixel.
Result<XServer> start_x_server(std::uint16_t width_px, std::uint16_t height_px);

// Names (instance of WM_CLASS) of the windows that can be seen, framed by a window manager or not.
std::set<std::string> window_names(xcb_connection_t* connection, xcb_window_t root);

}  // namespace rookery::guest
