// A full-screen window whose pixels lie in memory shared with the X server (MIT-SHM 1.2).
#pragma once

#include <xcb/xcb.h>

#include <cstdint>
#include <span>

#include "schemas/guest_messages.h"

namespace rookery::bench {

// Ends the program with a message when the X server is missing or refuses.
class PatternCanvas {
 public:
  PatternCanvas();

  int width_px() const { return width_px_; }
  int height_px() const { return height_px_; }
  // XRGB, top row first, width_px() a row. Not yet shown.
  std::uint32_t* row(int y) { return pixels_.data() + std::size_t(y) * std::size_t(width_px_); }
  void fill(const Rectangle& where, std::uint32_t color);
  // Hands these parts to the X server together and returns when it has drawn them.
  void show(std::span<const Rectangle> parts);

  xcb_connection_t* connection() const { return connection_; }

 private:
  void share_memory();

  xcb_connection_t* connection_;
  xcb_window_t window_ = 0;
  xcb_gcontext_t context_ = 0;
  std::uint32_t segment_ = 0;
  std::uint8_t depth_ = 0;
  int width_px_ = 0;
  int height_px_ = 0;
  std::span<std::uint32_t> pixels_;
};

}  // namespace rookery::bench
