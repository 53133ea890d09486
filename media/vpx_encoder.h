// F5: I420 to VP8 (RFC 6386) or VP9, libvpx, one thread, only the damaged blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "media/color_convert.h"
#include "media/damage.h"
#include "schemas/result.h"
#include "schemas/video_codec.h"

namespace rookery::media {

// libvpx counts quantizers from 0 (best) to 63.
inline constexpr int kQuantizerBest = 4;
inline constexpr int kQuantizerWorst = 48;  // text stays readable
inline constexpr int kQuantizerGood = 12;   // not told from the original on a phone's screen

struct EncoderOptions {
  int width_px = 0;
  int height_px = 0;
  std::uint32_t bitrate_bps = 20'000'000;
  int frames_per_second_max = 60;
  VideoCodec codec = VideoCodec::kVp8;
};

struct EncodedPicture {
  std::span<const std::uint8_t> bytes;  // valid until the next encode()
  bool key = false;
  int quantizer = 0;
};

// Used from one thread. Blocks that are not active keep, bit for bit, what the decoder shows.
class VpxEncoder {
 public:
  virtual ~VpxEncoder() = default;

  // A key frame codes every block, whatever `active` says. `worst_quantizer` bounds this frame's.
  // Every picture must reach the decoder in order: each builds on the one before.
  virtual Result<EncodedPicture> encode(const I420Frame& frame, const DamageMap& active, bool key,
                                        std::int64_t now_us,
                                        int worst_quantizer = kQuantizerWorst) = 0;
  virtual void set_bitrate(std::uint32_t bitrate_bps) = 0;
};

Result<std::unique_ptr<VpxEncoder>> create_vpx_encoder(const EncoderOptions& options);

}  // namespace rookery::media
