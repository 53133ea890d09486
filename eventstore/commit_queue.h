// E4: one thread that turns waiting appends into batches, so that one disk sync serves them all.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "eventstore/event_log.h"

namespace rookery {

// An append on its way to the commit thread: what can be made beforehand is made.
struct QueuedAppend {
  EntityId stream;
  std::uint64_t expected_version = 0;
  Id128 command_id;
  std::vector<std::string> stored;  // envelopes, still without position, version, epoch, checksum
  std::string command_result;
  std::function<void(AppendResult)> done;
};

// Encodes on the caller's thread. Error: a limit is broken.
Result<QueuedAppend> prepare_append(Append append, std::function<void(AppendResult)>& done);

// Thread-safe. The destructor commits what still waits.
class CommitQueue {
 public:
  // Writes a batch and answers it: one result an append, in order. Called on the commit thread
  // only.
  using CommitBatch = std::function<std::vector<AppendResult>(std::vector<QueuedAppend>&)>;

  explicit CommitQueue(CommitBatch commit);
  ~CommitQueue();
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  void push(QueuedAppend append);

 private:
  void run();

  CommitBatch commit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<QueuedAppend> waiting_;
  bool closing_ = false;
  std::thread thread_;
};

// Who wants to hear of commits. Thread-safe; a handle may outlive this object, and must not be
// destroyed from inside a listener.
class CommitListeners {
 public:
  using Listener = std::function<void(Shard, std::uint64_t)>;

  std::shared_ptr<void> add(Listener listener);
  void tell(Shard shard, std::uint64_t last_position);

 private:
  struct Table {
    std::mutex mutex;
    std::map<std::uint64_t, Listener> listeners;
    std::uint64_t next = 0;
  };
  std::shared_ptr<Table> table_ = std::make_shared<Table>();
};

}  // namespace rookery
