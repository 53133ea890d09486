// Which inputs came, for a host that was killed and has forgotten: a viewer who says one again must
// not be obeyed twice.
#pragma once

#include <cstdint>
#include <vector>

#include "schemas/guest_messages.h"

namespace rookery::guest {

class InputsTaken {
 public:
  // False: this input came before. The host's own (number 0) are always new.
  bool take(const InputNumber& input) {
    if (input.number == 0) return true;
    auto known = latest_.begin();
    while (known != latest_.end() && known->session != input.session) ++known;
    if (known != latest_.end() && input.number <= known->number) return false;
    if (known != latest_.end()) latest_.erase(known);
    if (latest_.size() == kSessionsRememberedMax) latest_.erase(latest_.begin());
    latest_.push_back(input);
    return true;
  }
  // The last one of each session, the latest session last.
  const std::vector<InputNumber>& latest() const { return latest_; }

 private:
  std::vector<InputNumber> latest_;
};

}  // namespace rookery::guest
