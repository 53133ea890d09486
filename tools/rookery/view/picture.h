// A decoded picture that outlives the decoder's callback.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "media/client/stream_client.h"
#include "schemas/result.h"

namespace rookery::tool {

// I420, BT.601 limited range, planes without padding.
struct Picture {
  int width_px = 0;
  int height_px = 0;
  std::vector<std::uint8_t> planes[3];

  bool empty() const { return width_px == 0; }
  int chroma_width_px() const { return (width_px + 1) / 2; }
  int chroma_height_px() const { return (height_px + 1) / 2; }
  void assign(const media::DecodedFrame& frame);
};

// True when a person would see a difference: some dozen pixels whose brightness moved by more than
// what the codec's repair of a still picture moves it.
bool visibly_different(const Picture& picture, const media::DecodedFrame& frame);

// RGB, 8 bits. Replaces the file in one step.
Status write_png(const Picture& picture, const std::filesystem::path& file);

}  // namespace rookery::tool
