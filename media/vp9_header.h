// The begin of a VP9 frame (bitstream specification 0.6, section 6.2), as far as its size.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace rookery::media {

struct Vp9Header {
  bool key = false;
  int width_px = 0;  // 0: the frame is as large as one before it
  int height_px = 0;
};

// Reads untrusted bytes. Nothing for what is cut off before its size, for all profiles but 0 (8 bit
// 4:2:0, which is all that hosts send), and for several frames in one (annex B).
std::optional<Vp9Header> read_vp9_header(std::span<const std::uint8_t> bytes);

}  // namespace rookery::media
