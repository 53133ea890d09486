#include "eventstore/commit_queue.h"

#include <cassert>
#include <optional>
#include <utility>

#include "eventstore/envelope_codec.h"

namespace rookery {
namespace {

// Shorter waits are for spinning: a sleeping thread wakes up late by about half of it.
constexpr std::chrono::microseconds kTimerSlack{100};

std::optional<std::string> broken_limit(const Append& append) {
  if (append.events.size() > kEventsPerAppendMax) {
    return "an append may hold at most " + std::to_string(kEventsPerAppendMax) +
           " events, this one holds " + std::to_string(append.events.size()) + "; split it";
  }
  if (append.command_result.size() > kPayloadBytesMax) {
    return "a command's answer may have at most " + std::to_string(kPayloadBytesMax) + " bytes";
  }
  std::size_t bytes = append.command_result.size();
  for (const auto& event : append.events) {
    if (event.payload.size() > kPayloadBytesMax) {
      return "an event's payload may have at most " + std::to_string(kPayloadBytesMax) +
             " bytes, this one has " + std::to_string(event.payload.size());
    }
    if (event.type == 0 || event.schema == 0)
      return "an event needs a type id and a schema version";
    bytes += event.payload.size();
  }
  if (bytes > kAppendBytesMax) {
    return "an append may hold at most " + std::to_string(kAppendBytesMax) +
           " bytes, this one has " + std::to_string(bytes) + "; split it";
  }
  return std::nullopt;
}

std::string encode_unplaced(const Append& append) {
  std::size_t bytes = 0;
  for (const auto& event : append.events) bytes += kEnvelopeHeaderBytes + event.payload.size();
  std::string envelopes;
  envelopes.reserve(bytes);
  for (const auto& event : append.events) {
    append_unplaced_envelope(envelopes, event, append.stream, append.provenance);
  }
  return envelopes;
}

}  // namespace

CommitQueue::CommitQueue(CommitSink& sink, std::uint64_t epoch, std::vector<MerkleFrontier> trees)
    : sink_(sink), epoch_(epoch), shards_(trees.size()) {
  assert(!trees.empty());
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    Shelf& shelf = shards_[shard];
    shelf.tree = std::move(trees[shard]);
    shelf.next_position = shelf.tree.size() + 1;
    shelf.durable_position = shelf.tree.size();
    shelf.durable_tree = shelf.tree.head(hasher_);
  }
  thread_ = std::thread([this] { run(); });
}

CommitQueue::~CommitQueue() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void CommitQueue::append(Append append, std::function<void(AppendResult)> done) {
  Waiting waiting;
  waiting.done = std::move(done);
  if (auto limit = broken_limit(append)) {
    waiting.decided = true;
    waiting.outcome = AppendRefused{*std::move(limit)};
  } else {
    waiting.stream = append.stream;
    waiting.expected_version = append.expected_version;
    waiting.command_id = append.provenance.command_id;
    waiting.count = append.events.size();
    waiting.envelopes = encode_unplaced(append);
    waiting.answer = std::move(append.command_result);
  }
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (!waiting.decided && closing_) {
      waiting.decided = true;
      waiting.outcome = StoreFailed{"the store is closing"};
    } else if (!waiting.decided && queued_bytes_ + waiting.bytes() > kQueuedBytesMax) {
      waiting.decided = true;
      waiting.outcome = AppendOverload{};
    }
    if (!waiting.decided) queued_bytes_ += waiting.bytes();
    queue_.push_back(std::move(waiting));
    wake = queue_.size() >= wanted_ && std::exchange(sleeping_, false);
  }
  if (wake) arrived_.notify_one();
}

std::uint64_t CommitQueue::last_position(Shard shard) const {
  return shard < shards_.size() ? shards_[shard].durable_position.load() : 0;
}

std::shared_ptr<void> CommitQueue::on_commit(CommitListeners::Listener listener) {
  return listeners_->add(std::move(listener));
}

void CommitQueue::run() {
  std::vector<Waiting> taken;
  std::size_t answered = 0;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      while (queue_.empty() && !closing_) {
        wanted_ = 1;
        sleeping_ = true;
        arrived_.wait(lock);
      }
      sleeping_ = false;
      if (queue_.empty()) return;
      gather(lock, answered);
      taken.swap(queue_);
      answered = taken.size();
      queued_bytes_ = 0;
    }
    for (std::size_t begin = 0, end = 0; begin < taken.size(); begin = end) {
      for (std::size_t bytes = 0; end < taken.size() && bytes < kBatchBytesMax; ++end) {
        bytes += taken[end].bytes();
      }
      commit({taken.data() + begin, end - begin});
    }
    taken.clear();
  }
}

// Who was just answered often has the next append at once. Starting with the first of them would
// make the others wait for two syncs; an eighth of one is worth waiting for them.
void CommitQueue::gather(std::unique_lock<std::mutex>& lock, std::size_t expected) {
  const auto until = std::chrono::steady_clock::now() + write_time_ / 8;
  while (queue_.size() < expected && !closing_ && std::chrono::steady_clock::now() < until) {
    if (write_time_ / 8 < kTimerSlack) {
      lock.unlock();
      std::this_thread::yield();
      lock.lock();
      continue;
    }
    wanted_ = expected;
    sleeping_ = true;
    arrived_.wait_until(lock, until);
    sleeping_ = false;
  }
}

void CommitQueue::commit(std::span<Waiting> batch) {
  for (auto& waiting : batch) {
    if (!waiting.decided) stage(waiting);
  }
  const bool written = write_batch();
  if (written) publish();
  for (auto& waiting : batch) {
    // What was refused or in conflict wrote nothing, so a failed batch does not change its answer.
    if (!written && std::holds_alternative<Appended>(waiting.outcome)) {
      waiting.outcome = StoreFailed{failure_};
    }
    waiting.done(std::move(waiting.outcome));
    waiting.done = nullptr;
  }
  heads_.trim();
}

void CommitQueue::stage(Waiting& waiting) {
  waiting.decided = true;
  auto* slot = failure_.empty() ? slot_of(waiting.stream) : nullptr;
  if (slot == nullptr) {
    waiting.outcome = StoreFailed{failure_};
    return;
  }
  if (waiting.expected_version != kAnyVersion && waiting.expected_version != slot->head.version) {
    waiting.outcome = VersionConflict{slot->head.version};
    return;
  }
  stage_events(waiting, *slot);
  if (!waiting.answer.empty()) {
    sink_.put_answer(waiting.stream, waiting.command_id, waiting.answer);
    batch_open_ = true;
  }
}

void CommitQueue::stage_events(Waiting& waiting, HeadCache::Slot& slot) {
  const Shard shard = shard_of_stream(waiting.stream, shard_count());
  Shelf& shelf = shards_[shard];
  waiting.outcome = Appended{slot.head.version + 1, shelf.next_position, waiting.count, epoch_};
  char* at = waiting.envelopes.data();
  for (std::uint64_t i = 0; i < waiting.count; ++i) {
    const std::size_t length = envelope_length(at);
    const std::uint64_t position = shelf.next_position++;
    place_envelope({at, length}, position, ++slot.head.version, epoch_);
    const LogEntry entry{waiting.stream, slot.head.version, hasher_.leaf({at, length})};
    slot.head.chain = hasher_.chain(slot.head.chain, entry.leaf);
    slot.head.epoch = epoch_;
    sink_.put_event(shard, position, entry, {at, length});
    grow_tree(shard, shelf, entry.leaf);
    at += length;
  }
  if (waiting.count == 0) return;
  batch_open_ = true;
  shelf.touched = true;
  if (!std::exchange(slot.dirty, true)) dirty_heads_.emplace_back(waiting.stream, &slot);
}

void CommitQueue::grow_tree(Shard shard, Shelf& shelf, const Hash256& leaf) {
  shelf.tree.add(hasher_, leaf, [&](unsigned height, std::uint64_t index, const Hash256& root) {
    if (height % kTierHeight != 0) return;
    sink_.put_subtree(shard, height / kTierHeight, index, root);
  });
}

TreeHead CommitQueue::tree_head(Shard shard) const {
  const std::lock_guard lock(heads_mutex_);
  return shard < shards_.size() ? shards_[shard].durable_tree : TreeHead{0, empty_tree_root()};
}

void CommitQueue::fail(std::string why) {
  if (!failure_.empty()) return;
  failure_ = why.empty() ? "the store has stopped" : std::move(why);
  failed_.store(true, std::memory_order_release);
}

std::optional<std::string> CommitQueue::failure() const {
  if (!failed_.load(std::memory_order_acquire)) return std::nullopt;
  return failure_;
}

HeadCache::Slot* CommitQueue::slot_of(const EntityId& stream) {
  if (auto* slot = heads_.find(stream)) return slot;
  auto head = sink_.load_head(stream);
  if (!head) {
    fail(head.error().message);
    return nullptr;
  }
  return heads_.insert(stream, *head);
}

// False when the store has stopped: nothing of the open batch may be called durable.
bool CommitQueue::write_batch() {
  if (!failure_.empty()) return false;
  if (!batch_open_) return true;
  for (auto& [stream, slot] : dirty_heads_) {
    sink_.put_head(stream, slot->head);
    slot->dirty = false;
  }
  dirty_heads_.clear();
  batch_open_ = false;
  const auto begin = std::chrono::steady_clock::now();
  if (auto status = sink_.write(); !status) fail(status.error().message);
  write_time_ = std::chrono::steady_clock::now() - begin;
  return failure_.empty();
}

void CommitQueue::publish() {
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    Shelf& shelf = shards_[shard];
    if (!std::exchange(shelf.touched, false)) continue;
    {
      const std::lock_guard lock(heads_mutex_);
      shelf.durable_tree = shelf.tree.head(hasher_);
    }
    shelf.durable_position = shelf.next_position - 1;
    listeners_->notify(static_cast<Shard>(shard), shelf.next_position - 1);
  }
}

}  // namespace rookery
