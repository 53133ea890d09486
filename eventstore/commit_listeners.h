// Who wants to know of durable batches.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "eventstore/event_log.h"

namespace rookery {

// Thread-safe. When a handle's destruction returns, its listener is not running and will not run
// again (unless the listener destroyed its own handle: then it is in its last run).
class CommitListeners : public std::enable_shared_from_this<CommitListeners> {
 public:
  using Listener = std::function<void(Shard, std::uint64_t last_position)>;

  std::shared_ptr<void> add(Listener listener);
  void notify(Shard shard, std::uint64_t last_position);

 private:
  void remove(std::uint64_t id);

  std::recursive_mutex mutex_;  // recursive: a listener may add listeners or drop handles
  std::uint64_t next_id_ = 0;
  std::map<std::uint64_t, std::shared_ptr<Listener>> listeners_;
};

}  // namespace rookery
