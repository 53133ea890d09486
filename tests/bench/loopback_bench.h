// The sealed half of the frame's way, and whole frames over a loopback socket.
#pragma once

#include <cstdint>

#include "media/packetizer.h"
#include "media/secure_channel.h"
#include "media/vpx_encoder.h"

namespace rookery::media {

// F6 and F8 of one frame, as a session does them.
class SealedWay {
 public:
  SealedWay();
  void send(const EncodedPicture& encoded, std::int64_t captured_us);

 private:
  SecureChannel channel_;
  std::uint64_t frame_id_ = 0;
};

// Prints glass-to-glass and idle figures; returns the program's exit code.
int measure_loopback();

}  // namespace rookery::media
