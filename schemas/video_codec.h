// How a stream's pictures are coded.
#pragma once

#include <cstdint>

namespace rookery {

// Fragments of video say which as a bit: never more than these two.
enum class VideoCodec : std::uint8_t { kVp8, kVp9 };

inline const char* name_of(VideoCodec codec) { return codec == VideoCodec::kVp9 ? "VP9" : "VP8"; }

}  // namespace rookery
