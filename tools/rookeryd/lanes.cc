#include "tools/rookeryd/lanes.h"

#include <utility>

namespace rookery {

Lanes::Lanes(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Lanes::~Lanes() { close(); }

void Lanes::submit(const EntityId& lane, std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (closing_) return;
  Lane& place = lanes_[lane];
  place.waiting.push_back(std::move(work));
  if (place.running || place.waiting.size() > 1) return;
  ready_.push_back(lane);
  changed_.notify_one();
}

bool Lanes::idle(const EntityId& lane) const {
  const std::lock_guard lock(mutex_);
  return !lanes_.contains(lane);
}

void Lanes::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Lanes::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !ready_.empty() || (closing_ && lanes_.empty()); });
    if (ready_.empty()) return;
    const EntityId id = ready_.front();
    ready_.pop_front();
    Lane& lane = lanes_[id];
    const std::function<void()> work = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    lane.running = true;
    lock.unlock();
    work();
    lock.lock();
    Lane& after = lanes_[id];
    after.running = false;
    if (!after.waiting.empty()) {
      ready_.push_back(id);
      changed_.notify_one();
    } else {
      lanes_.erase(id);
      if (closing_) changed_.notify_all();
    }
  }
}

}  // namespace rookery
