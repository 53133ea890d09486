// Frames as a hostile host may send them to a viewer of VP9.
#include "tests/fuzz/hostile_frames.h"

using namespace rookery;
using namespace rookery::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Bytes kKeyFrame = real_frames(VideoCodec::kVp9).front();
  decode_all(VideoCodec::kVp9, kKeyFrame, {bytes, size});
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  const std::vector<Bytes> frames = real_frames(VideoCodec::kVp9);
  ByteWriter in_order, no_key, resized, huge, behind;
  for (const Bytes& frame : frames) put_part(in_order, frame);
  put_part(no_key, frames[1]);
  put_part(no_key, frames[2]);
  // Bitstream specification 0.6, section 6.2: 16 bits of width less 1 from bit 36, then of height.
  Bytes other = frames[0];
  other[6] = static_cast<std::uint8_t>((other[6] & 0xf) | 0x10);
  put_part(resized, frames[0]);
  put_part(resized, other);
  other[4] = static_cast<std::uint8_t>(other[4] | 0xf);
  put_part(huge, other);
  // A byte that shows an old frame again, and a frame behind it.
  Bytes two{0x88};
  two.insert(two.end(), other.begin(), other.end());
  put_part(behind, frames[0]);
  put_part(behind, two);
  return {{"in_order", in_order.release()},
          {"no_key", no_key.release()},
          {"resized", resized.release()},
          {"huge", huge.release()},
          {"behind", behind.release()}};
}
