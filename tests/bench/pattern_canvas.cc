#include "tests/bench/pattern_canvas.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xcb/shm.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace rookery::bench {
namespace {

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "rookery-frame-pattern: %s\n", what);
  std::exit(1);
}

void check(xcb_connection_t* connection, xcb_void_cookie_t cookie, const char* what) {
  xcb_generic_error_t* error = xcb_request_check(connection, cookie);
  if (error == nullptr && xcb_connection_has_error(connection) == 0) return;
  std::free(error);
  die(what);
}

}  // namespace

PatternCanvas::PatternCanvas() : connection_(xcb_connect(nullptr, nullptr)) {
  if (xcb_connection_has_error(connection_) != 0) die("no X server: set DISPLAY");
  const xcb_screen_t* screen = xcb_setup_roots_iterator(xcb_get_setup(connection_)).data;
  width_px_ = screen->width_in_pixels;
  height_px_ = screen->height_in_pixels;
  depth_ = screen->root_depth;
  window_ = xcb_generate_id(connection_);
  const std::uint32_t events = XCB_EVENT_MASK_BUTTON_PRESS;
  check(connection_,
        xcb_create_window_checked(connection_, XCB_COPY_FROM_PARENT, window_, screen->root, 0, 0,
                                  screen->width_in_pixels, screen->height_in_pixels, 0,
                                  XCB_WINDOW_CLASS_INPUT_OUTPUT, screen->root_visual,
                                  XCB_CW_EVENT_MASK, &events),
        "the X server makes no window");
  context_ = xcb_generate_id(connection_);
  xcb_create_gc(connection_, context_, window_, 0, nullptr);
  share_memory();
  check(connection_, xcb_map_window_checked(connection_, window_), "the window is not shown");
}

void PatternCanvas::share_memory() {
  const std::size_t count = std::size_t(width_px_) * std::size_t(height_px_);
  const std::size_t bytes = count * sizeof(std::uint32_t);
  const int memory = ::memfd_create("rookery-frame-pattern", MFD_CLOEXEC);
  if (memory < 0 || ::ftruncate(memory, static_cast<off_t>(bytes)) != 0) die("no memory");
  void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  if (address == MAP_FAILED) die("no memory");
  pixels_ = {static_cast<std::uint32_t*>(address), count};
  segment_ = xcb_generate_id(connection_);
  check(connection_, xcb_shm_attach_fd_checked(connection_, segment_, memory, 0),
        "the X server shares no memory (MIT-SHM 1.2)");
}

void PatternCanvas::fill(const Rectangle& where, std::uint32_t color) {
  for (int y = where.y; y < where.y + where.height; ++y) {
    std::fill_n(row(y) + where.x, where.width, color);
  }
}

void PatternCanvas::show(std::span<const Rectangle> parts) {
  xcb_void_cookie_t last{};
  for (const Rectangle& part : parts) {
    last = xcb_shm_put_image_checked(
        connection_, window_, context_, static_cast<std::uint16_t>(width_px_),
        static_cast<std::uint16_t>(height_px_), part.x, part.y, part.width, part.height,
        static_cast<std::int16_t>(part.x), static_cast<std::int16_t>(part.y), depth_,
        XCB_IMAGE_FORMAT_Z_PIXMAP, 0, segment_, 0);
  }
  if (!parts.empty()) check(connection_, last, "the X server does not draw");
}

}  // namespace rookery::bench
