// F1: where frames come from. Pull: a frame that nobody asked for is never captured.
#pragma once

#include <poll.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "schemas/clipboard.h"
#include "schemas/guest_messages.h"

namespace rookery::media {

// One captured frame. The pixels belong to the source and stay as they are until the next
// request_frame(); they may be shared memory.
struct FrameView {
  const std::uint8_t* bgrx = nullptr;  // 4 bytes a pixel, blue first, top row first
  std::uint32_t stride_bytes = 0;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  std::uint64_t sequence = 0;     // counts captured frames of this source, from 1
  std::int64_t captured_us = 0;   // CLOCK_MONOTONIC, when the damage was seen
  std::vector<Rectangle> damage;  // what changed since the frame before; inside the frame
};

// Used from one thread.
class FrameSource {
 public:
  virtual ~FrameSource() = default;

  // Asks for one frame, as soon as something has changed; with `full`, at once and wholly damaged.
  // Ends the life of the frame taken before. Asking again before it came only strengthens `full`.
  virtual void request_frame(bool full) = 0;
  // When poll() says of it what wanted_events() asks for, take_frame() has something to do, or the
  // source has ended.
  virtual int event_fd() const = 0;
  virtual short wanted_events() const { return POLLIN; }
  // False: nothing yet. Never blocks.
  virtual bool take_frame(FrameView& frame) = 0;
  // Asks for what was copied in the guest; the answer comes with event_fd() too.
  virtual void request_clipboard() {}
  // The answer, once, after take_frame() has said that there is no frame. May never come.
  virtual std::optional<ClipboardText> take_clipboard() { return std::nullopt; }
  // The guest is gone; no frame will ever come.
  virtual bool ended() const = 0;
};

}  // namespace rookery::media
