// The commit thread's bounded memory of where streams stand.
#pragma once

#include <cstddef>
#include <unordered_map>

#include "eventstore/record_keys.h"

namespace rookery {

// Two generations instead of a list: what is used moves to the young one; when that is full, the
// old one is forgotten. Pointers stay valid until trim(). Not thread-safe.
class HeadCache {
 public:
  struct Slot {
    StreamHead head;
    bool dirty = false;  // changed by the batch being built
  };

  explicit HeadCache(std::size_t streams_max) : generation_max_(streams_max / 2) {}

  Slot* find(const EntityId& stream) {
    if (auto it = young_.find(stream); it != young_.end()) return &it->second;
    auto node = old_.extract(stream);
    if (node.empty()) return nullptr;
    return &young_.insert(std::move(node)).position->second;
  }
  Slot* insert(const EntityId& stream, const StreamHead& head) {
    return &young_.insert_or_assign(stream, Slot{head}).first->second;
  }
  void trim() {
    if (young_.size() < generation_max_) return;
    old_ = std::move(young_);
    young_.clear();
  }
  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  std::size_t generation_max_;
  std::unordered_map<EntityId, Slot> young_;
  std::unordered_map<EntityId, Slot> old_;
};

}  // namespace rookery
