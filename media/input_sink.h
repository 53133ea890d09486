// Where a viewer's input goes. Nothing is lost and the order is kept.
#pragma once

#include <vector>

#include "schemas/input_events.h"

namespace rookery::media {

// Used from the thread that uses the same guest's FrameSource.
class InputSink {
 public:
  virtual ~InputSink() = default;
  // A numbered input that the guest has had before is not done again.
  virtual void inject(const InputEvent& event, const InputNumber& number) = 0;
  // So much of this session waits for the guest that its viewer is to be sent away.
  virtual bool full(const EntityId&) const { return false; }
  // The session may do nothing more: what waits of it does not happen, what it holds is lifted.
  virtual void forget(const EntityId&) {}
  // The last inputs that the guest had when this sink was made, of each session, the latest session
  // last: the guest remembers them when the host was killed.
  virtual std::vector<InputNumber> known() const { return {}; }
};

}  // namespace rookery::media
