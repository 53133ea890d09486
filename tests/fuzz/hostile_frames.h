// Frames as a hostile host may send them to a viewer; libvpx itself is not instrumented.
#pragma once

#include <algorithm>

#include "media/vpx_decoder.h"
#include "media/vpx_encoder.h"
#include "tests/fuzz/hostile_packet.h"
#include "tests/fuzz/target.h"

namespace rookery::fuzz {

using media::Bytes;

inline constexpr std::size_t kFramesMax = 16;
inline constexpr int kWidth = 64;
inline constexpr int kHeight = 48;

// A key frame and two that build on it.
inline std::vector<Bytes> real_frames(VideoCodec codec) {
  auto encoder = media::create_vpx_encoder({kWidth, kHeight, 1'000'000, 30, codec});
  require(encoder.ok(), "the encoder starts");
  media::I420Frame picture(kWidth, kHeight);
  media::DamageMap active(kWidth, kHeight);
  active.add_all();
  std::vector<Bytes> out;
  for (std::uint8_t i = 0; i < 3; ++i) {
    for (int y = 0; y < kHeight; ++y) {
      std::fill_n(picture.luma() + y * picture.luma_stride(), kWidth,
                  static_cast<std::uint8_t>(16 + y * (i + 1)));
    }
    const auto encoded = (*encoder)->encode(picture, active, i == 0, 33'000 * (i + 1));
    require(encoded.ok(), "the encoder encodes");
    out.emplace_back(encoded->bytes.begin(), encoded->bytes.end());
  }
  return out;
}

// Every pixel of the picture is there.
inline unsigned touch(const media::Picture& picture) {
  unsigned sum = 0;
  for (int plane = 0; plane < 3; ++plane) {
    const int half = plane > 0 ? 1 : 0;
    const int width = (picture.width_px + half) >> half;
    for (int y = 0; y < (picture.height_px + half) >> half; ++y) {
      const std::uint8_t* row = picture.planes[plane] + y * picture.strides_bytes[plane];
      for (int x = 0; x < width; ++x) sum += row[x];
    }
  }
  return sum;
}

// Frames, each a u16 length and its bytes; then `key_frame`, a real one.
inline void decode_all(VideoCodec codec, const Bytes& key_frame,
                       std::span<const std::uint8_t> bytes) {
  auto decoder = media::create_vpx_decoder(codec);
  require(decoder.ok(), "the decoder starts");
  ByteReader in(bytes);
  for (std::size_t i = 0; i < kFramesMax && in.remaining() > 0; ++i) {
    const auto picture = (*decoder)->decode(take_part(in));
    if (!picture) continue;
    require(picture->width_px <= 4096 && picture->height_px <= 4096,
            "no picture is larger than a phone's screen can be");
    touch(*picture);
  }
  const auto picture = (*decoder)->decode(key_frame);
  require(picture.ok(), "a key frame is decoded, whatever came before");
  require(picture->width_px == kWidth && picture->height_px == kHeight,
          "a key frame brings its size");
  touch(*picture);
}

}  // namespace rookery::fuzz
