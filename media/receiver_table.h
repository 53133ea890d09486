// Which phone a datagram is for: the receiver index in its header, chosen by us in the handshake.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <unordered_map>

#include "media/phone_inbox.h"

namespace rookery::media {

// Thread-safe. Inboxes are shared because a phone may be detached while a datagram for it is being
// handed over.
class ReceiverTable {
 public:
  // A fresh index for this inbox; not secret, only unique.
  std::uint32_t open(std::shared_ptr<PhoneInbox> inbox) {
    const std::lock_guard lock(mutex_);
    for (;;) {
      const auto index = static_cast<std::uint32_t>(chance_());
      if (inboxes_.try_emplace(index, inbox).second) return index;
    }
  }
  void close(std::uint32_t index) {
    const std::lock_guard lock(mutex_);
    inboxes_.erase(index);
  }
  // Null when nobody receives there.
  std::shared_ptr<PhoneInbox> find(std::uint32_t index) const {
    const std::lock_guard lock(mutex_);
    const auto found = inboxes_.find(index);
    return found == inboxes_.end() ? nullptr : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::mt19937 chance_{std::random_device{}()};
  std::unordered_map<std::uint32_t, std::shared_ptr<PhoneInbox>> inboxes_;
};

}  // namespace rookery::media
