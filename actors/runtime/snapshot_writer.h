// Puts snapshots beside the log on a thread that may wait for the disk.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "eventstore/event_log.h"

namespace rookery {

// Snapshots are optional: what finds no room is dropped, and a failure is the log's to report.
class SnapshotWriter {
 public:
  static constexpr std::size_t kWaitingMax = 256;

  // `log` must outlive the writer. The destructor writes what waits.
  explicit SnapshotWriter(EventLog& log);
  ~SnapshotWriter();
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  // Thread-safe; returns at once.
  void offer(Snapshot snapshot);

 private:
  void run();

  EventLog& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Snapshot> waiting_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace rookery
