// Where a viewer's input goes. Nothing is lost and the order is kept.
#pragma once

#include "schemas/input_events.h"

namespace rookery::media {

// Used from the thread that uses the same guest's FrameSource.
class InputSink {
 public:
  virtual ~InputSink() = default;
  virtual void inject(const InputEvent& event) = 0;
  // So much waits for the guest that the viewer who sends more is to be sent away.
  virtual bool full() const { return false; }
};

}  // namespace rookery::media
