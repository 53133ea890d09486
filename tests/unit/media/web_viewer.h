// A viewer that comes by WebSocket, step by step on the test's own thread: nothing is read or
// acknowledged but inside wait_for().
#pragma once

#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/client/stream_client.h"
#include "media/media_clock.h"
#include "media/media_host.h"
#include "media/reassembler.h"
#include "media/secure_channel.h"
#include "media/vpx_decoder.h"
#include "schemas/client_messages.h"
#include "tests/unit/media/socket_pair.h"
#include "tests/unit/media/test_screen.h"
#include "tests/websocket_end.h"

namespace rookery::media {

class WebViewer {
 public:
  static constexpr std::int64_t kPatienceUs = 30'000'000;

  // Comes to the door; `buffer_bytes` make its network small.
  explicit WebViewer(MediaHost& host, int buffer_bytes = 0) : WebViewer(come(host, buffer_bytes)) {}
  // Over a connection that is upgraded.
  explicit WebViewer(int socket) : end_(socket) {
    auto decoder = create_vpx_decoder();
    BOOST_REQUIRE(decoder.ok());
    decoder_ = std::move(*decoder);
  }

  bool shake_hands(const Invitation& invitation) {
    const ChannelInitiator initiator(make_key_pair(), invitation.server_public_key,
                                     invitation.ticket, invitation.ticket_key, 7);
    // The host may hear of the ticket a moment later than its holder.
    const std::int64_t deadline_us = monotonic_us() + kPatienceUs;
    while (!channel_ && monotonic_us() < deadline_us) {
      BOOST_REQUIRE(end_.send(test::kBinaryFrame, initiator.initiation()));
      const auto response = end_.read(200);
      if (response) channel_ = initiator.read_response(response->payload);
    }
    if (channel_) say(wire::Ping{monotonic_us()});
    return channel_.has_value();
  }
  // Another connection, the same channel.
  void move(MediaHost& host) {
    end_ = test::WebSocketEnd(come(host, 0));
    say(wire::Ping{monotonic_us()});
  }
  void hang_up() { end_.close(); }

  void say(const wire::Message& message) {
    end_.send(test::kBinaryFrame, channel_->seal(wire::encode_message(message)));
  }

  bool wait_for(const std::function<bool()>& done) {
    const std::int64_t deadline_us = monotonic_us() + kPatienceUs;
    while (!done() && monotonic_us() < deadline_us && !end_.ended()) {
      if (const auto frame = end_.read(20)) take(*frame);
    }
    return done();
  }
  bool shows(const I420Frame& wanted, double psnr_min) {
    return wait_for([&] {
      return width_px == wanted.width_px() && height_px == wanted.height_px() &&
             luma_psnr(wanted, luma.data(), width_px) >= psnr_min;
    });
  }

  std::vector<std::uint8_t> luma;
  int width_px = 0;
  int height_px = 0;
  int frames = 0;
  int key_frames = 0;
  std::optional<std::uint64_t> acknowledged;  // inputs
  wire::Watchers watchers;
  int timings = 0;
  int refusals = 0;  // of inputs
  std::vector<wire::ClipboardPart> clipboard;
  int pings = 0;  // all are answered
  std::optional<std::string> goodbye;
  std::optional<std::uint8_t> last_frame_kind;  // of the WebSocket

 private:
  static int come(MediaHost& host, int buffer_bytes) {
    test::SocketPair pair = test::connected_pair(buffer_bytes);
    host.let_in(std::move(pair.server));
    return pair.client;
  }

  void take(const test::ServerFrame& frame) {
    last_frame_kind = frame.first;
    if (frame.first != test::kBinaryFrame) return;
    if (packet_kind(frame.payload) == PacketKind::kResponse) return;  // to a second knock
    const auto plain = channel_->open(frame.payload);
    BOOST_REQUIRE_MESSAGE(plain.has_value(), "what the host says is sealed");
    auto message = wire::decode_message(*plain);
    if (!message) return;
    if (auto* fragment = std::get_if<wire::VideoFragment>(&*message)) {
      for (const WholeFrame& whole : reassembler_.add(std::move(*fragment), monotonic_us())) {
        show(whole);
      }
    }
    if (const auto* ack = std::get_if<wire::InputAck>(&*message)) acknowledged = ack->up_to;
    if (const auto* ping = std::get_if<wire::Ping>(&*message)) {
      ++pings;
      say(wire::Pong{ping->sent_us});
    }
    if (const auto* bye = std::get_if<wire::Bye>(&*message)) goodbye = bye->reason;
    if (const auto* all = std::get_if<wire::Watchers>(&*message)) watchers = *all;
    if (std::holds_alternative<wire::Timings>(*message)) ++timings;
    if (std::holds_alternative<wire::InputsRefused>(*message)) ++refusals;
    if (const auto* part = std::get_if<wire::ClipboardPart>(&*message)) clipboard.push_back(*part);
  }

  void show(const WholeFrame& frame) {
    const auto picture = decoder_->decode(frame.bytes);
    BOOST_REQUIRE(picture.ok());
    ++frames;
    key_frames += frame.key ? 1 : 0;
    width_px = picture->width_px;
    height_px = picture->height_px;
    luma.clear();
    for (int y = 0; y < height_px; ++y) {
      const std::uint8_t* row = picture->planes[0] + y * picture->strides_bytes[0];
      luma.insert(luma.end(), row, row + width_px);
    }
    say(wire::Feedback{frame.frame_id, frame.captured_us, 0, 0, 0, 0});
  }

  test::WebSocketEnd end_;
  std::optional<SecureChannel> channel_;
  std::unique_ptr<VpxDecoder> decoder_;
  Reassembler reassembler_;
};

}  // namespace rookery::media
