#include "eventstore/commit_listeners.h"

#include <utility>
#include <vector>

namespace rookery {

std::shared_ptr<void> CommitListeners::add(Listener listener) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t id = next_id_++;
  listeners_.emplace(id, std::make_shared<Listener>(std::move(listener)));
  // The handle keeps the list alive, so that it may outlive the log.
  return {this, [list = shared_from_this(), id](void*) { list->remove(id); }};
}

void CommitListeners::notify(Shard shard, std::uint64_t last_position) {
  const std::lock_guard lock(mutex_);
  if (listeners_.empty()) return;
  const auto listeners = listeners_;  // shared, because a listener may remove itself while it runs
  for (const auto& [id, listener] : listeners) {
    if (listeners_.contains(id)) (*listener)(shard, last_position);
  }
}

void CommitListeners::remove(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(id);
}

}  // namespace rookery
