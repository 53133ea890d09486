// Lets a few in at a time; the others wait for their turn without holding a thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace rookery {

// Thread-safe.
class TurnGate {
 public:
  explicit TurnGate(std::size_t places) : free_(std::max<std::size_t>(places, 1)) {}

  // True: come in. False: `turn` is called once, by whoever leaves, in the order of the calls, and
  // the place is then taken.
  bool enter(std::function<void()> turn) {
    const std::lock_guard lock(mutex_);
    if (free_ == 0) {
      waiting_.push_back(std::move(turn));
      return false;
    }
    --free_;
    return true;
  }

  void leave() {
    std::function<void()> turn;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) {
        ++free_;
        return;
      }
      turn = std::move(waiting_.front());
      waiting_.pop_front();
    }
    turn();
  }

 private:
  std::mutex mutex_;
  std::size_t free_;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace rookery
