// Where guests meet media: one agent connection seen as a source of frames and a sink of input.
#pragma once

#include <memory>
#include <utility>

#include "guest-agent/driver/guest_driver.h"
#include "media/frame_source.h"
#include "media/input_sink.h"

namespace rookery {

struct AdaptedAgent {
  std::unique_ptr<media::FrameSource> source;
  std::unique_ptr<media::InputSink> input;
  std::weak_ptr<const guest::AgentConnection> connection;
};

// Both are used from one thread; the connection closes when the last of them goes.
AdaptedAgent adapt_agent(std::unique_ptr<guest::AgentConnection> connection);

}  // namespace rookery
