// The one interface to guests, whatever runs them: a sandboxed process tree, a container.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "schemas/guest_messages.h"
#include "schemas/ids.h"
#include "schemas/result.h"

namespace rookery::guest {

// Host's end of the connection to one guest's agent. Used from one thread at a time; destroying it
// closes the connection and leaves the guest running.
class AgentConnection {
 public:
  virtual ~AgentConnection() = default;
  virtual const Hello& hello() const = 0;
  virtual const std::uint8_t* pixels() const = 0;  // shared memory, read-only, hello()'s shape
  // For poll(): when it is as wanted_events() says, next_frame() has something to do.
  virtual int event_fd() const = 0;
  virtual short wanted_events() const = 0;
  virtual void request_frame(bool full) = 0;
  virtual bool next_frame(FrameReady& frame) = 0;  // false: nothing yet; never blocks
  // What the agent cannot take yet waits here.
  virtual void inject(const InputEvent& event, const InputNumber& number) = 0;
  // One of the host's own: of no session.
  void inject(const InputEvent& event) { inject(event, {}); }
  // So much of this session waits that it is to be stopped.
  virtual bool full(const EntityId& session) const = 0;
  // What waits of it does not happen; what it holds down is lifted.
  virtual void forget(const EntityId& session) = 0;
  virtual void request_clipboard() = 0;
  // The answer, when next_frame() came upon the whole of it; once.
  virtual std::optional<ClipboardText> take_clipboard() = 0;
  virtual bool ended() const = 0;  // the agent is gone, or broke the protocol; any thread
};

struct GuestSpecification {
  EntityId phone;
  std::uint64_t boot = 0;
  std::string image;  // after the driver's name: "desktop" of "process:desktop"
  std::uint16_t width_px = 720;
  std::uint16_t height_px = 1280;
};

// Thread-safe; may block for seconds, so call it from a thread of your own.
class GuestDriver {
 public:
  virtual ~GuestDriver() = default;

  // Boots the guest and waits until its screen can be used. A guest of this phone that still runs
  // under the same boot number (this process was restarted) is taken up instead; one of an older
  // boot is stopped first. Its home folder outlives it.
  virtual Result<std::unique_ptr<AgentConnection>> start(
      const GuestSpecification& specification) = 0;
  // Asks, then kills. Returns when no process of the guest is left; fine when there was none.
  virtual Status stop(const EntityId& phone) = 0;
  virtual bool running(const EntityId& phone) const = 0;
  // Stops the guest and takes away its home folder with all that it holds; fine when there is
  // nothing. After an error, trying again goes on where it ended.
  virtual Status remove(const EntityId& phone) = 0;
};

}  // namespace rookery::guest
