// Hostile packets at a real door, over a real socket: whatever came before, the viewer who holds a
// ticket is answered.
#include <poll.h>
#include <sodium.h>

#include <limits>
#include <set>

#include "media/door.h"
#include "tests/fuzz/hostile_packet.h"
#include "tests/fuzz/target.h"

using namespace rookery;
using namespace rookery::media;

namespace {

constexpr std::size_t kStepsMax = 32;
constexpr int kPatienceMs = 20'000;
constexpr Id128 kTicket = {{1, 2, 3}};
constexpr Key32 kTicketKey = {9, 9, 9};

host::AdmitSession admission() {
  host::AdmitSession admit;
  admit.session = make_entity_id(EntityKind::kSession, {1});
  admit.phone = make_entity_id(EntityKind::kPhone, {2});
  admit.ticket = kTicket;
  admit.ticket_key = kTicketKey;
  admit.ticket_expires_us = std::numeric_limits<std::int64_t>::max();
  return admit;
}

UdpSocket bound() {
  fuzz::require(sodium_init() >= 0, "libsodium starts");
  auto socket = UdpSocket::bind("127.0.0.1", 0);
  fuzz::require(socket.ok(), "a socket can be bound");
  return std::move(*socket);
}

// One door for all inputs, as in a host.
class Street {
 public:
  void send(BytesView packet) { viewer_.send_one(at_, packet); }
  void send_initiation(BytesView payload) {
    send(fuzz::initiation(host_.public_key, payload));
    ++initiations_;
  }
  // Datagrams of one sender keep their order here: with the answer, all before it were read.
  void knock() {
    const ChannelInitiator initiator(fuzz::fixed_pair(4), host_.public_key, kTicket, kTicketKey, 9);
    send(initiator.initiation());
    ++initiations_;
    bool answered = false;
    while (!answered) {
      pollfd readable{viewer_.fd(), POLLIN, 0};
      fuzz::require(poll(&readable, 1, kPatienceMs) == 1, "the viewer is answered");
      viewer_.receive([&](const Address&, BytesView packet) {
        fuzz::require(packet_kind(packet) == PacketKind::kResponse, "only responses come back");
        answered = answered || initiator.read_response(packet).has_value();
      });
    }
    check_inbox();
  }

 private:
  void check_inbox() {
    std::size_t joins = 0;
    for (const PhoneMessage& message : inbox_->take()) {
      if (const auto* join = std::get_if<ViewerJoin>(&message)) {
        ++joins;
        fuzz::require(join->admission.ticket == kTicket, "a viewer joins with a ticket");
        receivers_.close(join->channel.local_index());
      }
    }
    fuzz::require(joins > 0 && joins <= initiations_, "one join at most for an initiation");
    initiations_ = 0;
  }

  const KeyPair host_ = fuzz::fixed_pair(1);
  UdpSocket socket_ = bound();
  UdpSocket viewer_ = bound();
  const Address at_ = socket_.local_address();
  TicketBook tickets_;
  const bool admitted_ = tickets_.add(admission());
  ReceiverTable receivers_;
  const std::shared_ptr<PhoneInbox> inbox_ = std::make_shared<PhoneInbox>();
  std::size_t initiations_ = 0;
  Door door_{{host_, socket_, tickets_, receivers_, [this](const EntityId&) { return inbox_; },
              [](const host::AdmitSession&) { fuzz::require(false, "no ticket expires here"); },
              KnockLimit(std::numeric_limits<int>::max(), std::numeric_limits<int>::max())}};
};

}  // namespace

// Steps of a byte each: 0 a raw packet, 1 an initiation's payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static Street street;
  ByteReader in({bytes, size});
  for (std::size_t i = 0; i < kStepsMax && in.remaining() > 0; ++i) {
    if (in.u8() % 2 == 0) {
      street.send(fuzz::take_part(in));
    } else {
      street.send_initiation(fuzz::take_part(in));
    }
  }
  street.knock();
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  ByteWriter initiations, raw;
  put_part(initiations.u8(1),
           ByteWriter().u16(kMediaProtocolVersion).bytes(kTicket.bytes).release());
  put_part(initiations.u8(1), ByteWriter().u16(kMediaProtocolVersion).bytes(Bytes(16)).release());
  put_part(initiations.u8(1), ByteWriter().u16(2).bytes(kTicket.bytes).release());
  put_part(raw.u8(0), packet_header(PacketKind::kInitiation).bytes(Bytes(118)).release());
  put_part(raw.u8(0), packet_header(PacketKind::kResponse).bytes(Bytes(56)).release());
  put_part(raw.u8(0), packet_header(PacketKind::kData).u32(1).bytes(Bytes(28)).release());
  put_part(raw.u8(0), {});
  return {{"initiations", initiations.release()}, {"raw", raw.release()}};
}
