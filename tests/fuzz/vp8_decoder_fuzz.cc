// Frames as a hostile host may send them to a viewer of VP8.
#include "tests/fuzz/hostile_frames.h"

using namespace rookery;
using namespace rookery::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Bytes kKeyFrame = real_frames(VideoCodec::kVp8).front();
  decode_all(VideoCodec::kVp8, kKeyFrame, {bytes, size});
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  const std::vector<Bytes> frames = real_frames(VideoCodec::kVp8);
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
