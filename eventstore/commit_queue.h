// E4: one writer. Whatever waits is written as one batch with one sync; versions are checked and
// positions given only here, so there is nothing to undo and no gap.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "eventstore/commit_listeners.h"
#include "eventstore/event_log.h"
#include "eventstore/head_cache.h"
#include "eventstore/leaf_hash.h"
#include "eventstore/merkle.h"
#include "eventstore/record_keys.h"

namespace rookery {

inline constexpr std::size_t kCachedHeadsMax = 1 << 16;
inline constexpr std::size_t kBatchBytesMax = 8 << 20;  // a batch ends with the append that passes
inline constexpr std::size_t kQueuedBytesMax = 256 << 20;  // beyond it appends are refused

// Where batches go. Called from the commit thread only.
class CommitSink {
 public:
  virtual ~CommitSink() = default;

  // A stream that does not exist has version 0.
  virtual Result<StreamHead> load_head(const EntityId& stream) = 0;
  // These add to the open batch; the bytes need not outlive the call.
  virtual void put_event(Shard shard, std::uint64_t position, const LogEntry& entry,
                         std::string_view envelope) = 0;
  // The root over 256 records of the tier below; tier 0 are the leaves.
  virtual void put_subtree(Shard shard, unsigned tier, std::uint64_t index,
                           const Hash256& root) = 0;
  virtual void put_head(const EntityId& stream, const StreamHead& head) = 0;
  virtual void put_answer(const EntityId& stream, const Id128& command_id,
                          std::string_view answer) = 0;
  // Writes the open batch, all or nothing, and begins a new one. When it returns Done the batch is
  // durable and readers see it; after an Error the queue never calls the sink again.
  virtual Status write() = 0;
};

// append() and last_position() are thread-safe. The destructor commits what was queued before it
// began and answers whatever comes later with StoreFailed; it must not run on the commit thread.
class CommitQueue {
 public:
  // `trees` holds the tree of each shard, one leaf an event. `sink` must outlive the queue.
  CommitQueue(CommitSink& sink, std::uint64_t epoch, std::vector<MerkleFrontier> trees);
  ~CommitQueue();
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  void append(Append append, std::function<void(AppendResult)> done);
  std::uint16_t shard_count() const { return static_cast<std::uint16_t>(shards_.size()); }
  std::uint64_t last_position(Shard shard) const;
  // Of all durable events.
  TreeHead tree_head(Shard shard) const;
  // Any thread.
  std::optional<std::string> failure() const;
  std::shared_ptr<void> on_commit(CommitListeners::Listener listener);

 private:
  void fail(std::string why);

  // One append on its way: first without an outcome, at last only its outcome.
  struct Waiting {
    EntityId stream;
    std::uint64_t expected_version = 0;
    Id128 command_id;
    std::uint64_t count = 0;
    std::string envelopes;  // one after the other, not yet placed
    std::string answer;
    std::function<void(AppendResult)> done;
    bool decided = false;  // `outcome` stands: refused, in conflict, or staged in the open batch
    AppendResult outcome;

    std::size_t bytes() const { return envelopes.size() + answer.size(); }
  };
  struct Shelf {  // one shard
    std::uint64_t next_position = 1;
    bool touched = false;
    MerkleFrontier tree;
    std::atomic<std::uint64_t> durable_position{0};
    TreeHead durable_tree;  // under heads_mutex_
  };

  void run();
  void gather(std::unique_lock<std::mutex>& lock, std::size_t expected);
  void commit(std::span<Waiting> batch);
  void stage(Waiting& waiting);
  void stage_events(Waiting& waiting, HeadCache::Slot& slot);
  HeadCache::Slot* slot_of(const EntityId& stream);
  bool write_batch();
  void grow_tree(Shard shard, Shelf& shelf, const Hash256& leaf);
  void publish();

  CommitSink& sink_;
  const std::uint64_t epoch_;
  std::shared_ptr<CommitListeners> listeners_ = std::make_shared<CommitListeners>();
  std::vector<Shelf> shards_;
  mutable std::mutex heads_mutex_;

  std::mutex mutex_;  // guards the five below
  std::condition_variable arrived_;
  std::vector<Waiting> queue_;
  std::size_t queued_bytes_ = 0;
  bool sleeping_ = false;
  std::size_t wanted_ = 1;  // so many appends wake the sleeper
  bool closing_ = false;

  // The commit thread's own.
  HeadCache heads_{kCachedHeadsMax};
  LeafHasher hasher_;
  std::vector<std::pair<EntityId, HeadCache::Slot*>> dirty_heads_;
  bool batch_open_ = false;
  std::chrono::steady_clock::duration write_time_{};  // of the last batch
  std::string failure_;                               // not empty: the store has stopped; set once
  std::atomic<bool> failed_{false};                   // after failure_ was set

  std::thread thread_;
};

}  // namespace rookery
