// Frames as a hostile host may send them to a viewer; libvpx itself is not instrumented.
#include <algorithm>

#include "media/vpx_decoder.h"
#include "media/vpx_encoder.h"
#include "tests/fuzz/hostile_packet.h"
#include "tests/fuzz/target.h"

using namespace rookery;
using namespace rookery::media;

namespace {

constexpr std::size_t kFramesMax = 16;
constexpr int kWidth = 64;
constexpr int kHeight = 48;

// A key frame and two that build on it.
std::vector<Bytes> real_frames() {
  auto encoder = create_vpx_encoder({kWidth, kHeight, 1'000'000, 30});
  fuzz::require(encoder.ok(), "the encoder starts");
  I420Frame picture(kWidth, kHeight);
  DamageMap active(kWidth, kHeight);
  active.add_all();
  std::vector<Bytes> out;
  for (std::uint8_t i = 0; i < 3; ++i) {
    for (int y = 0; y < kHeight; ++y) {
      std::fill_n(picture.luma() + y * picture.luma_stride(), kWidth,
                  static_cast<std::uint8_t>(16 + y * (i + 1)));
    }
    const auto encoded = (*encoder)->encode(picture, active, i == 0, 33'000 * (i + 1));
    fuzz::require(encoded.ok(), "the encoder encodes");
    out.emplace_back(encoded->bytes.begin(), encoded->bytes.end());
  }
  return out;
}

// Every pixel of the picture is there.
unsigned touch(const Picture& picture) {
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

}  // namespace

// Frames, each a u16 length and its bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Bytes kKeyFrame = real_frames().front();
  auto decoder = create_vpx_decoder();
  fuzz::require(decoder.ok(), "the decoder starts");
  ByteReader in({bytes, size});
  for (std::size_t i = 0; i < kFramesMax && in.remaining() > 0; ++i) {
    const auto picture = (*decoder)->decode(fuzz::take_part(in));
    if (!picture) continue;
    fuzz::require(picture->width_px <= 4096 && picture->height_px <= 4096,
                  "no picture is larger than a phone's screen can be");
    touch(*picture);
  }
  const auto picture = (*decoder)->decode(kKeyFrame);
  fuzz::require(picture.ok(), "a key frame is decoded, whatever came before");
  fuzz::require(picture->width_px == kWidth && picture->height_px == kHeight,
                "a key frame brings its size");
  touch(*picture);
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  const std::vector<Bytes> frames = real_frames();
  ByteWriter in_order, no_key, resized, huge;
  for (const Bytes& frame : frames) put_part(in_order, frame);
  put_part(no_key, frames[1]);
  put_part(no_key, frames[2]);
  // RFC 6386, section 9.1: 14 bits of width at byte 6, of height at byte 8.
  Bytes other = frames[0];
  other[6] = 32;
  put_part(resized, frames[0]);
  put_part(resized, other);
  other[6] = other[8] = 0xff;
  other[7] = other[9] = 0x3f;
  put_part(huge, other);
  return {{"in_order", in_order.release()},
          {"no_key", no_key.release()},
          {"resized", resized.release()},
          {"huge", huge.release()}};
}
