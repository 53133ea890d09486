#include "actors/runtime/snapshot_writer.h"

#include <utility>

namespace rookery {

SnapshotWriter::SnapshotWriter(EventLog& log) : log_(log), thread_([this] { run(); }) {}

SnapshotWriter::~SnapshotWriter() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void SnapshotWriter::offer(Snapshot snapshot) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kWaitingMax) return;
    waiting_.push_back(std::move(snapshot));
  }
  changed_.notify_one();
}

void SnapshotWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Snapshot snapshot = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    // A store that has stopped takes none either; the events are there all the same.
    if (!log_.failure()) static_cast<void>(log_.put_snapshot(snapshot));
    lock.lock();
  }
}

}  // namespace rookery
