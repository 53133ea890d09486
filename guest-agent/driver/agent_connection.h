// The host's end of the socket to rookery-agent. The guest may be hostile: whatever it sends, the
// host neither reads beyond the shared memory nor crashes when the guest takes it away.
#pragma once

#include <memory>

#include "guest-agent/driver/guest_driver.h"
#include "guest-agent/seqpacket.h"

namespace rookery::guest {

struct GuestShape {
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  std::uint64_t boot = 0;  // 0: any
};

// Waits until the guest is ready, at most `wait_ms`. Refuses an agent of another protocol version,
// size or boot, and memory that could shrink under our feet.
Result<std::unique_ptr<AgentConnection>> greet_agent(FileDescriptor socket, const GuestShape& shape,
                                                     int wait_ms);

}  // namespace rookery::guest
