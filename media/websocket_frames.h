// RFC 6455, the server's end: binary messages of one datagram each, or of a bundle of them. No
// extensions; the upgrade is done before. Knows no sockets.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "media/noise.h"

namespace rookery::media {

// Section 7.4.1.
enum class WebSocketClose : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kNotBinary = 1003,
  kTooLong = 1009,
};

// Adds one unmasked frame with the datagram to `out`.
void put_binary_frame(Bytes& out, BytesView datagram);
// Adds frames with all of them, bundled: browsers take as long for a short message as for a long
// one. Byte layout: media/PIPELINE.md.
void put_bundles(Bytes& out, std::span<const Bytes> datagrams);
void put_pong_frame(Bytes& out, BytesView payload);
void put_close_frame(Bytes& out, WebSocketClose code);

// Takes what a client sent, in any pieces. Keeps at most one message of kPacketBytesMax bytes.
class WebSocketReader {
 public:
  struct Takers {
    std::function<void(BytesView)> datagram;    // valid during the call
    std::function<void(BytesView)> ping;        // wants a pong with this payload
    std::function<void(WebSocketClose)> close;  // once, by the client or for what it did
  };

  // Nothing is taken after a close.
  void take(BytesView bytes, const Takers& takers);
  bool closed() const { return closed_; }

 private:
  bool read_header(const Takers& takers);
  void end_frame(const Takers& takers);
  void fail(WebSocketClose code, const Takers& takers);

  Bytes header_;   // of the frame that comes, as far as it came
  Bytes message_;  // of its fragments so far
  Bytes control_;  // a control frame may come between fragments
  std::uint8_t opcode_ = 0;
  bool final_ = false;
  bool in_message_ = false;
  bool in_payload_ = false;
  std::uint8_t mask_[4] = {};
  std::size_t left_ = 0;  // payload of this frame that has not come yet
  std::size_t masked_ = 0;
  bool closed_ = false;
};

}  // namespace rookery::media
