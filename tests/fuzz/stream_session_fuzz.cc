// A hostile viewer who holds a ticket: any message, at any time, between any frames.
#include <sodium.h>

#include <limits>

#include "media/stream_session.h"
#include "schemas/client_messages.h"
#include "tests/fuzz/hostile_packet.h"
#include "tests/fuzz/target.h"

using namespace rookery;
using namespace rookery::media;

namespace {

constexpr std::size_t kStepsMax = 256;
constexpr std::int64_t kBeginUs = 1'000'000'000;
constexpr std::uint32_t kIndex = 5;

TransportKeys host_keys() { return {{1}, {2}}; }
constexpr Key32 kViewerKey = {2};

host::AdmitSession admission(bool control) {
  host::AdmitSession admit;
  admit.session = make_entity_id(EntityKind::kSession, {1});
  admit.ticket = {{1, 2, 3}};
  admit.ticket_expires_us = std::numeric_limits<std::int64_t>::max();
  admit.control = control;
  return admit;
}

UdpSocket bound() {
  fuzz::require(sodium_init() >= 0, "libsodium starts");
  auto socket = UdpSocket::bind("127.0.0.1", 0);
  fuzz::require(socket.ok(), "a socket can be bound");
  return std::move(*socket);
}

class CountedInput final : public InputSink {
 public:
  explicit CountedInput(bool allowed) : allowed_(allowed) {}
  void inject(const InputEvent&, const InputNumber&) override {
    fuzz::require(allowed_, "a viewer without control touches nothing");
  }

 private:
  const bool allowed_;
};

class Room {
 public:
  explicit Room(bool control) : input_(control), admission_(admission(control)) {
    tickets_.add(admission_);
    session_ = std::make_unique<StreamSession>(
        ViewerJoin{admission_, SecureChannel(host_keys(), kIndex, 6), viewer().local_address()},
        surroundings_, now_us_);
  }
  void pass_time(std::uint32_t us) {
    now_us_ += us;
    session_->tend(now_us_);
    session_->next_wake_us();
  }
  void receive(BytesView plain) {
    const ViewerDatagram datagram{kIndex, viewer().local_address(),
                                  fuzz::data_packet(kViewerKey, kIndex, counter_++, plain)};
    session_->receive(datagram, input_, now_us_);
    const std::uint32_t bitrate_bps_max = surroundings_.options.bitrate_bps_max;
    fuzz::require(session_->bitrate_bps() > 0 && session_->bitrate_bps() <= bitrate_bps_max,
                  "the bitrate keeps its bounds");
  }
  void send_frame(std::size_t size, bool key) {
    const Bytes bytes(size, 7);
    session_->send_frame({bytes, key, 720, 1280, now_us_}, now_us_);
  }
  void end() {
    const bool watched = session_->watches();
    session_->end("over");
    fuzz::require(session_->ended() && ends_ <= 1, "a session ends once");
    fuzz::require(!watched || ends_ == 1, "the end of a session is reported");
  }

 private:
  // Sockets for all inputs: what is sent there is thrown away by the kernel.
  static UdpSocket& host_socket() {
    static UdpSocket socket = bound();
    return socket;
  }
  static UdpSocket& viewer() {
    static UdpSocket socket = bound();
    return socket;
  }

  std::int64_t now_us_ = kBeginUs;
  std::uint64_t counter_ = 0;
  int ends_ = 0;
  CountedInput input_;
  const MediaOptions options_;
  const host::AdmitSession admission_;
  TicketBook tickets_;
  const SessionSurroundings surroundings_{
      options_, host_socket(), tickets_,
      [this](const host::Report& report) {
        if (std::holds_alternative<host::SessionEnded>(report)) ++ends_;
      },
      [](std::uint32_t index) { fuzz::require(index == kIndex, "its own receiver is forgotten"); }};
  std::unique_ptr<StreamSession> session_;
};

void put_message(ByteWriter& out, const wire::Message& message) {
  fuzz::put_part(out.u8(1), wire::encode_message(message));
}

}  // namespace

// First byte: may the viewer touch? Then steps of a byte each: 0 lets time pass (u32 us), 1 a
// message, 2 a frame (u16 of 16 bytes), 3 a key frame.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  ByteReader in({bytes, size});
  Room room(in.u8() % 2 == 1);
  for (std::size_t i = 0; i < kStepsMax && in.remaining() > 0; ++i) {
    const std::uint8_t step = in.u8() % 4;
    if (step == 0) room.pass_time(in.u32());
    if (step == 1) room.receive(fuzz::take_part(in));
    if (step >= 2) room.send_frame(std::size_t{16} * in.u16(), step == 3);
  }
  room.end();
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  ByteWriter watch, lossy, wild, untouched;
  put_message(watch.u8(1), wire::Ping{1});
  put_message(watch, wire::Pong{kBeginUs - 5'000});
  watch.u8(3).u16(500).u8(0).u32(20'000);
  put_message(watch, wire::Feedback{1, kBeginUs, 1'000, 0, 9, 9});
  put_message(watch, wire::InputBatch{1, {Touch{0, TouchPhase::kDown, {1, 2}}, Key{0x61, true}}});
  watch.u8(2).u16(4).u8(0).u32(3'000'000);
  put_message(watch, wire::Bye{"done"});

  put_message(lossy.u8(1), wire::Ping{1});
  lossy.u8(3).u16(900).u8(0).u32(250'000);
  put_message(lossy, wire::Nack{1, {0, 3, 5, 7}});
  lossy.u8(0).u32(600'000);
  put_message(lossy, wire::Feedback{0, 0, 0, 3, 2, 9});
  put_message(lossy, wire::Nack{7, {0}});
  put_message(lossy, wire::KeyframeRequest{1});
  lossy.u8(3).u16(10).u8(0).u32(11'000'000);

  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::uint64_t kHighest = std::numeric_limits<std::uint64_t>::max();
  put_message(wild.u8(1), wire::Pong{kLowest});
  wild.u8(3).u16(1);
  put_message(wild, wire::Feedback{kHighest, kLowest, 0xffffffff, kHighest, kHighest, kHighest});
  put_message(wild, wire::Pong{std::numeric_limits<std::int64_t>::max()});

  put_message(untouched.u8(0), wire::InputBatch{1, {Text{"a"}, Scroll{{1, 2}, 3, 4}}});
  return {{"watch", watch.release()},
          {"lossy", lossy.release()},
          {"wild", wild.release()},
          {"untouched", untouched.release()}};
}
