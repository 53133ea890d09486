#include "eventstore/commit_queue.h"

#include <future>
#include <utility>

#include "eventstore/envelope_codec.h"

namespace rookery {
namespace {

// One synced batch; more only delays the first answer.
constexpr std::size_t kBatchBytesMax = 4 << 20;

std::size_t bytes_of(const QueuedAppend& append) {
  std::size_t bytes = append.command_result.size();
  for (const auto& stored : append.stored) bytes += stored.size();
  return bytes;
}

}  // namespace

Result<QueuedAppend> prepare_append(Append append, std::function<void(AppendResult)>& done) {
  if (append.events.size() > kEventsPerAppendMax) {
    return Error{"an append has at most " + std::to_string(kEventsPerAppendMax) +
                 " events: split it"};
  }
  if (append.command_result.size() > kPayloadBytesMax) {
    return Error{"a command's result has at most " + std::to_string(kPayloadBytesMax) + " bytes"};
  }
  QueuedAppend queued;
  queued.stored.reserve(append.events.size());
  Envelope envelope;
  envelope.stream = append.stream;
  envelope.provenance = append.provenance;
  for (EncodedEvent& event : append.events) {
    if (event.payload.size() > kPayloadBytesMax) {
      return Error{"an event has at most " + std::to_string(kPayloadBytesMax) + " bytes"};
    }
    envelope.type = event.type;
    envelope.schema = event.schema;
    envelope.payload = std::move(event.payload);
    queued.stored.push_back(encode_envelope(envelope));
  }
  queued.stream = append.stream;
  queued.expected_version = append.expected_version;
  queued.command_id = append.provenance.command_id;
  queued.command_result = std::move(append.command_result);
  queued.done = std::move(done);
  return queued;
}

CommitQueue::CommitQueue(CommitBatch commit) : commit_(std::move(commit)) {
  thread_ = std::thread([this] { run(); });
}

CommitQueue::~CommitQueue() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void CommitQueue::push(QueuedAppend append) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = waiting_.empty();
    waiting_.push_back(std::move(append));
  }
  if (was_empty) changed_.notify_one();
}

void CommitQueue::run() {
  std::vector<QueuedAppend> taken;
  std::vector<QueuedAppend> batch;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::swap(taken, waiting_);
    }
    std::size_t next = 0;
    while (next < taken.size()) {
      std::size_t bytes = 0;
      batch.clear();
      while (next < taken.size() && (batch.empty() || bytes < kBatchBytesMax)) {
        bytes += bytes_of(taken[next]);
        batch.push_back(std::move(taken[next++]));
      }
      std::vector<AppendResult> results = commit_(batch);
      for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(results[i]));
    }
    taken.clear();
  }
}

std::shared_ptr<void> CommitListeners::add(Listener listener) {
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(table_->mutex);
    id = table_->next++;
    table_->listeners.emplace(id, std::move(listener));
  }
  return {static_cast<void*>(table_.get()), [table = table_, id](void*) {
            const std::lock_guard lock(table->mutex);
            table->listeners.erase(id);
          }};
}

void CommitListeners::tell(Shard shard, std::uint64_t last_position) {
  const std::lock_guard lock(table_->mutex);
  for (const auto& [id, listener] : table_->listeners) listener(shard, last_position);
}

AppendResult append_and_wait(EventLog& log, Append append) {
  std::promise<AppendResult> promise;
  auto future = promise.get_future();
  log.append(std::move(append), [&](AppendResult result) { promise.set_value(std::move(result)); });
  return future.get();
}

}  // namespace rookery
