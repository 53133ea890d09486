// First packets and data packets at a host: what is not authentic and new is never taken.
#include <algorithm>
#include <set>

#include "media/secure_channel.h"
#include "tests/fuzz/hostile_packet.h"
#include "tests/fuzz/target.h"

using namespace rookery;
using namespace rookery::media;

namespace {

constexpr std::size_t kStepsMax = 256;
constexpr std::size_t kInitiationsMax = 2;  // each costs a handshake
constexpr std::uint64_t kWindow = 127 * 64;
constexpr std::uint32_t kHostIndex = 5;
constexpr Id128 kTicket = {{1, 2, 3}};
constexpr Key32 kTicketKey = {9, 9, 9};

const KeyPair& host() {
  static const KeyPair pair = fuzz::fixed_pair(1);
  return pair;
}

TransportKeys host_keys() { return {{1}, {2}}; }
TransportKeys viewer_keys() { return {{2}, {1}}; }

Bytes proper_payload() {
  return ByteWriter().u16(kMediaProtocolVersion).bytes(kTicket.bytes).release();
}

// RFC 6479 in slow and simple words.
class Model {
 public:
  bool accepts(std::uint64_t counter) {
    if (counter >= kRejectAfterMessages || seen_.contains(counter)) return false;
    if (!seen_.empty() && counter < *seen_.rbegin() && *seen_.rbegin() - counter >= kWindow) {
      return false;
    }
    seen_.insert(counter);
    return true;
  }

 private:
  std::set<std::uint64_t> seen_;
};

class Host {
 public:
  void take_raw(BytesView packet) {
    const auto kind = packet_kind(packet);
    if (kind == PacketKind::kResponse || kind == PacketKind::kData) receiver_index(packet);
    fuzz::require(!channel_.open(packet), "a packet sealed by nobody is refused");
    fuzz::require(!initiator().read_response(packet), "a response of nobody is refused");
    if (kind == PacketKind::kInitiation && may_shake()) {
      fuzz::require(!ChannelResponder::read_initiation(host(), packet),
                    "an initiation sealed by nobody is refused");
    }
  }
  void take_initiation(BytesView payload) {
    if (!may_shake()) return;
    const Bytes packet = fuzz::initiation(host().public_key, payload);
    auto responder = ChannelResponder::read_initiation(host(), packet);
    const bool proper =
        payload.size() == 18 && payload[0] == kMediaProtocolVersion && payload[1] == 0;
    fuzz::require(responder.has_value() == proper, "only a proper initiation is answered");
    if (!responder) return;
    fuzz::require(std::ranges::equal(responder->ticket().bytes, payload.subspan(2)),
                  "the ticket is the one that was sent");
    fuzz::require(
        packet_kind(responder->answer(kTicketKey, kHostIndex).response) == PacketKind::kResponse,
        "an answer is a response");
  }
  void take_data(std::uint64_t counter, BytesView plain, std::uint16_t flipped_bit) {
    Bytes packet = fuzz::data_packet(viewer_keys().send, kHostIndex, counter, plain);
    if (flipped_bit != 0) {
      const std::size_t bit = flipped_bit % (packet.size() * 8);
      packet[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
      fuzz::require(!channel_.open(packet), "a flipped bit is seen");
      return;
    }
    const bool expected = plain.size() <= kPlainBytesMax && model_.accepts(counter);
    const auto opened = channel_.open(packet);
    fuzz::require(opened.has_value() == expected, "a packet is taken once, if it is not too old");
    fuzz::require(!opened || std::ranges::equal(*opened, plain), "what was sealed comes out");
  }

 private:
  static const ChannelInitiator& initiator() {
    static const ChannelInitiator one(fuzz::fixed_pair(2), host().public_key, kTicket, kTicketKey,
                                      kHostIndex);
    return one;
  }
  bool may_shake() { return ++initiations_ <= kInitiationsMax; }

  SecureChannel channel_{host_keys(), kHostIndex, 6};
  Model model_;
  std::size_t initiations_ = 0;
};

void put_data(ByteWriter& out, std::uint64_t counter, BytesView plain, std::uint16_t flipped_bit) {
  out.u8(2).u64(counter).u16(flipped_bit);
  fuzz::put_part(out, plain);
}

}  // namespace

// Steps of a byte each: 0 a raw packet, 1 an initiation's payload, 2 a data packet's counter,
// flipped bit (0 for none) and plain bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  ByteReader in({bytes, size});
  Host at_host;
  for (std::size_t i = 0; i < kStepsMax && in.remaining() > 0; ++i) {
    const std::uint8_t step = in.u8() % 3;
    if (step == 0) at_host.take_raw(fuzz::take_part(in));
    if (step == 1) at_host.take_initiation(fuzz::take_part(in));
    if (step == 2) {
      const std::uint64_t counter = in.u64();
      const std::uint16_t flipped_bit = in.u16();
      at_host.take_data(counter, fuzz::take_part(in), flipped_bit);
    }
  }
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  ByteWriter proper, raw, window, forged;
  put_part(proper.u8(1), proper_payload());
  put_part(proper.u8(1), ByteWriter().u16(2).bytes(kTicket.bytes).release());
  put_part(raw.u8(0), packet_header(PacketKind::kInitiation).bytes(Bytes(118)).release());
  put_part(raw.u8(0), packet_header(PacketKind::kResponse).bytes(Bytes(56)).release());
  put_part(raw.u8(0), packet_header(PacketKind::kData).u32(kHostIndex).bytes(Bytes(28)).release());
  for (const std::uint64_t counter : {0, 2, 1, 1, 9000, 3, 872, 873, 9000}) {
    put_data(window, counter, Bytes{7}, 0);
  }
  put_data(window, kRejectAfterMessages, {}, 0);
  put_data(window, kRejectAfterMessages - 1, {}, 0);
  for (const std::uint16_t bit : {1, 9, 40, 64, 128, 200, 0}) put_data(forged, 4, Bytes(8), bit);
  return {{"initiation", proper.release()},
          {"raw", raw.release()},
          {"window", window.release()},
          {"forged", forged.release()}};
}
