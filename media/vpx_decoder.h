// F5 backwards: VP8 or VP9 to I420.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "schemas/result.h"
#include "schemas/video_codec.h"

namespace rookery::media {

struct Picture {
  const std::uint8_t* planes[3] = {};  // valid until the next decode()
  int strides_bytes[3] = {};
  int width_px = 0;
  int height_px = 0;
};

// Used from one thread. The bytes may be anything: an error leaves the decoder usable from the
// next key frame on.
class VpxDecoder {
 public:
  virtual ~VpxDecoder() = default;
  virtual Result<Picture> decode(std::span<const std::uint8_t> bytes) = 0;
};

Result<std::unique_ptr<VpxDecoder>> create_vpx_decoder(VideoCodec codec = VideoCodec::kVp8);

}  // namespace rookery::media
