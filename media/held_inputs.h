// What a viewer holds down: it must not stay down when the viewer is gone.
#pragma once

#include <map>
#include <set>
#include <variant>
#include <vector>

#include "schemas/input_events.h"

namespace rookery::media {

class HeldInputs {
 public:
  // To be told of every input that went to the guest.
  void note(const InputEvent& event) {
    if (const auto* touch = std::get_if<Touch>(&event)) {
      if (touch->phase == TouchPhase::kUp || touch->phase == TouchPhase::kCancel) {
        fingers_.erase(touch->finger);
      } else {
        fingers_[touch->finger] = touch->at;
      }
    } else if (const auto* key = std::get_if<Key>(&event)) {
      if (!key->down) {
        keysyms_.erase(key->keysym);
      } else if (keysyms_.size() < kKeysMax) {
        keysyms_.insert(key->keysym);
      }
    }
  }

  // What lifts all of it. Nothing is held then.
  std::vector<InputEvent> release() {
    std::vector<InputEvent> out;
    for (const auto& [finger, at] : fingers_) out.push_back(Touch{finger, TouchPhase::kCancel, at});
    for (const std::uint32_t keysym : keysyms_) out.push_back(Key{keysym, false});
    fingers_.clear();
    keysyms_.clear();
    return out;
  }

 private:
  static constexpr std::size_t kKeysMax = 256;

  std::map<std::uint8_t, Point> fingers_;
  std::set<std::uint32_t> keysyms_;
};

}  // namespace rookery::media
