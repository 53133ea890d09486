// A viewer's end of a stream session: the way of a frame backwards, and input forwards.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "schemas/ids.h"
#include "schemas/input_events.h"
#include "schemas/result.h"
#include "schemas/video_codec.h"

namespace rookery::media {

// What the server hands out when a session is opened.
struct Invitation {
  std::string address;  // "ip:port", UDP
  std::array<std::uint8_t, 32> server_public_key{};
  Id128 ticket;
  std::array<std::uint8_t, 32> ticket_key{};
};

// A decoded picture, I420 (BT.601 limited range). Valid during the callback only.
struct DecodedFrame {
  const std::uint8_t* planes[3] = {};
  int strides_bytes[3] = {};
  int width_px = 0;
  int height_px = 0;
  std::uint64_t frame_id = 0;
  std::int64_t captured_us = 0;  // the host's CLOCK_MONOTONIC
  std::int64_t decoded_us = 0;   // this machine's CLOCK_MONOTONIC
};

// A frame as it came: one VP8 frame (RFC 6386) or VP9 frame.
struct EncodedFrame {
  std::span<const std::uint8_t> bytes;
  bool key = false;
  std::int64_t captured_us = 0;
  int width_px = 0;
  int height_px = 0;
  VideoCodec codec = VideoCodec::kVp8;
};

struct ClientStatistics {
  std::uint64_t frames_decoded = 0;
  std::uint64_t frames_lost = 0;
  std::uint64_t keyframes = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t inputs_sent = 0;
  std::uint64_t inputs_acknowledged = 0;
  std::uint32_t round_trip_us = 0;
};

// All callbacks come from the client's own thread.
struct ClientCallbacks {
  std::function<void(const DecodedFrame&)> on_frame;
  std::function<void(const EncodedFrame&)> on_encoded;      // may be empty
  std::function<void(const std::string& reason)> on_ended;  // once, by either side
};

// Thread-safe. Destroying it says goodbye to the host.
class StreamClient {
 public:
  virtual ~StreamClient() = default;
  // Reaches the guest once, in order, as long as the session lives.
  virtual void send(const InputEvent& event) = 0;
  virtual ClientStatistics statistics() const = 0;
};

// Returns after the handshake, or with an error after `timeout_ms`.
Result<std::unique_ptr<StreamClient>> connect_stream(const Invitation& invitation,
                                                     ClientCallbacks callbacks,
                                                     std::int64_t timeout_ms);

}  // namespace rookery::media
