// Fragments of frames as a hostile host may send them: in any order, doubled, of frames that never
// were, at any time.
#include "media/packetizer.h"
#include "media/reassembler.h"
#include "schemas/bounded_decode.h"
#include "tests/fuzz/target.h"

using namespace rookery;
using namespace rookery::media;

namespace {

constexpr std::size_t kStepsMax = 4096;
constexpr std::uint64_t kBitsOfFragment = 0x0f;

// Small numbers, so that fragments meet; now and then a wild one.
std::uint64_t near_or_wild(ByteReader& in, std::uint8_t how) {
  return (how & 0x80) != 0 ? in.u64() : in.u8();
}

wire::VideoFragment fragment(ByteReader& in) {
  const std::uint8_t how = in.u8();
  wire::VideoFragment out;
  out.frame_id = near_or_wild(in, how) + 1;
  out.count = static_cast<std::uint16_t>((how & 0x40) != 0 ? in.u16() : how & kBitsOfFragment);
  out.index = in.u8();
  out.key = (how & 0x20) != 0;
  out.bytes.assign((how & 0x10) != 0 ? kFragmentBytesMax : 1, how);
  return out;
}

// The rules that a viewer's decoder builds on.
class Checked {
 public:
  void add(const wire::VideoFragment& fragment, std::int64_t now_us) {
    // As it comes from the wire: what decode_message() refuses never gets here.
    const auto message = wire::decode_message(wire::encode_message(fragment));
    if (!message) return;
    for (const WholeFrame& frame :
         reassembler_.add(std::get<wire::VideoFragment>(*message), now_us)) {
      fuzz::require(frame.frame_id > last_, "frames come in order, each once");
      fuzz::require(frame.key || frame.frame_id == last_ + 1, "no frame without its reference");
      fuzz::require(last_ > 0 || frame.key, "a key frame comes first");
      fuzz::require(!frame.bytes.empty(), "a frame has bytes");
      last_ = frame.frame_id;
    }
    fuzz::require(reassembler_.last_delivered() == last_, "what is delivered is counted");
  }
  void look(std::int64_t now_us) {
    for (const wire::Nack& nack : reassembler_.missing(now_us)) {
      fuzz::require(nack.frame_id > last_, "nothing is asked for that is past");
      fuzz::require(wire::decode_message(wire::encode_message(nack)) == wire::Message(nack),
                    "a host understands what is asked for");
    }
    reassembler_.needs_key_frame(now_us);
  }
  std::uint64_t last() const { return last_; }

 private:
  Reassembler reassembler_;
  std::uint64_t last_ = 0;
};

std::vector<std::uint8_t> steps(std::initializer_list<std::uint8_t> bytes) { return bytes; }

}  // namespace

// Steps of a byte each: 0 lets time pass (u16 of 16 us), 1 asks what is missing, else a fragment.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  ByteReader in({bytes, size});
  Checked checked;
  std::int64_t now_us = 1;
  for (std::size_t i = 0; i < kStepsMax && in.remaining() > 0; ++i) {
    const std::uint8_t step = in.u8();
    if (step == 0) {
      now_us += std::int64_t{16} * in.u16();
    } else if (step == 1) {
      checked.look(now_us);
    } else {
      checked.add(fragment(in), now_us);
    }
  }
  checked.look(now_us);
  // Whatever came before: a whole key frame, if it is no nonsense, is shown.
  if (checked.last() < 256) {
    wire::VideoFragment whole;
    whole.frame_id = 257;
    whole.count = 1;
    whole.key = true;
    whole.bytes = {1};
    checked.add(whole, now_us);
  }
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  // how: 0x20 key, 0x10 large, 0x40 wild count, 0x80 wild id, low bits the count.
  return {
      {"key_then_delta", steps({2, 0x21, 0, 0, 2, 0x01, 1, 0, 1})},
      {"out_of_order", steps({2, 0x23, 0, 2, 2, 0x23, 0, 0, 2, 0x23, 0, 1})},
      {"lost_fragment", steps({2, 0x21, 0, 0, 2, 0x02, 1, 0, 0, 0, 1, 1, 2, 0x01, 2, 0, 1})},
      {"lost_frame", steps({2, 0x21, 0, 0, 2, 0x01, 2, 0, 0, 0, 99, 1, 2, 0x21, 3, 0})},
      {"wild", steps({2, 0xf0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 16, 9, 2, 0x70, 5, 0, 16, 3, 1})},
  };
}
