// F6: an encoded frame into fragments that each fit one sealed packet.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "media/noise.h"
#include "media/secure_channel.h"
#include "schemas/client_messages.h"

namespace rookery::media {

inline constexpr std::size_t kFragmentBytesMax = kPlainBytesMax - wire::kFragmentHeaderBytes;

struct FrameToSend {
  std::uint64_t frame_id = 0;
  bool key = false;
  std::int64_t captured_us = 0;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  BytesView bytes;
  VideoCodec codec = VideoCodec::kVp8;
};

// Encoded messages, ready to be sealed. Empty when the frame is empty or larger than
// kFragmentsMax fragments.
std::vector<Bytes> packetize(const FrameToSend& frame);

// Fragments sent lately, for viewers that ask again. Bounded by bytes; forgets the oldest frames.
class RetransmitBuffer {
 public:
  explicit RetransmitBuffer(std::size_t bytes_max = 4 << 20) : bytes_max_(bytes_max) {}

  void keep(std::uint64_t frame_id, std::vector<Bytes> fragments);
  // Null when the frame is forgotten or has no such fragment.
  const Bytes* find(std::uint64_t frame_id, std::uint16_t index) const;

 private:
  struct Kept {
    std::uint64_t frame_id;
    std::vector<Bytes> fragments;
    std::size_t bytes;
  };
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<Kept> frames_;
};

}  // namespace rookery::media
