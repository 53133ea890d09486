#include "eventstore/memory_event_log.h"

#include <algorithm>
#include <map>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "eventstore/commit_queue.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/record_keys.h"

namespace rookery {
namespace {

// The stored bytes, as in RocksDB; what is not yet committed stands apart.
class MemoryTables : public CommitSink {
 public:
  explicit MemoryTables(std::uint16_t shard_count) : logs_(shard_count) {}

  Result<StreamHead> load_head(const EntityId& stream) override {
    const auto it = heads_.find(stream);
    return it == heads_.end() ? StreamHead{} : it->second;
  }
  void put_event(Shard shard, std::uint64_t, const LogEntry& entry,
                 std::string_view envelope) override {
    open_events_.push_back({shard, entry, std::string(envelope)});
  }
  void put_subtree(Shard, unsigned, std::uint64_t, const Hash256&) override {}
  void put_head(const EntityId& stream, const StreamHead& head) override {
    open_heads_.emplace_back(stream, head);
  }
  void put_answer(const EntityId& stream, const Id128& command_id,
                  std::string_view answer) override {
    open_answers_.emplace_back(std::pair(stream, command_id), answer);
  }
  Status write() override {
    const std::unique_lock lock(mutex_);
    for (auto& event : open_events_) {
      events_[event.entry.stream].push_back(std::move(event.envelope));
      logs_[event.shard].push_back(event.entry);
    }
    for (const auto& [stream, head] : open_heads_) heads_[stream] = head;
    for (auto& [key, answer] : open_answers_) answers_[key] = std::move(answer);
    open_events_.clear();
    open_heads_.clear();
    open_answers_.clear();
    return Done{};
  }

  std::uint64_t stream_version(const EntityId& stream) const {
    const std::shared_lock lock(mutex_);
    const auto it = heads_.find(stream);
    return it == heads_.end() ? 0 : it->second.version;
  }
  // Empty when there is no such event.
  std::string event(const EntityId& stream, std::uint64_t version) const {
    const std::shared_lock lock(mutex_);
    const auto it = events_.find(stream);
    if (it == events_.end() || version == 0 || version > it->second.size()) return {};
    return it->second[version - 1];
  }
  std::string event_at(Shard shard, std::uint64_t position) const {
    LogEntry entry;
    {
      const std::shared_lock lock(mutex_);
      if (shard >= logs_.size() || position == 0 || position > logs_[shard].size()) return {};
      entry = logs_[shard][position - 1];
    }
    return event(entry.stream, entry.version);
  }
  Result<Hash256> subtree(Shard shard, unsigned height, std::uint64_t index) const {
    const std::shared_lock lock(mutex_);
    const std::uint64_t first = index << height;
    const std::uint64_t end = first + (std::uint64_t{1} << height);
    if (shard >= logs_.size() || height > 32 || end > logs_[shard].size()) {
      return Error{"the tree has no such subtree"};
    }
    MerkleFrontier tree;
    LeafHasher hasher;
    for (std::uint64_t i = first; i < end; ++i) tree.add(hasher, logs_[shard][i].leaf, {});
    return tree.root(hasher);
  }
  void put_checkpoint(Shard shard, std::uint64_t size, const std::string& note) {
    const std::unique_lock lock(mutex_);
    checkpoints_[{shard, size}] = note;
  }
  void read_checkpoints(Shard shard, std::uint64_t from_size,
                        const CheckpointVisitor& visit) const {
    const std::shared_lock lock(mutex_);
    for (auto it = checkpoints_.lower_bound({shard, from_size});
         it != checkpoints_.end() && it->first.first == shard; ++it) {
      if (!visit(it->first.second, it->second)) return;
    }
  }
  void put_snapshot(const Snapshot& snapshot) {
    const std::unique_lock lock(mutex_);
    auto& kept = snapshots_[snapshot.stream];
    kept[snapshot.version] = snapshot;
    for (auto it = kept.begin(); kept.size() > kSnapshotsKept;) {
      it = it->first == snapshot.version ? std::next(it) : kept.erase(it);
    }
  }
  std::optional<Snapshot> last_snapshot(const EntityId& stream, std::uint64_t until_version) const {
    const std::shared_lock lock(mutex_);
    const auto kept = snapshots_.find(stream);
    if (kept == snapshots_.end()) return std::nullopt;
    const auto after = kept->second.upper_bound(until_version);
    if (after == kept->second.begin()) return std::nullopt;
    return std::prev(after)->second;
  }
  std::optional<std::string> answer(const EntityId& stream, const Id128& command_id) const {
    const std::shared_lock lock(mutex_);
    const auto it = answers_.find({stream, command_id});
    return it == answers_.end() ? std::nullopt : std::optional(it->second);
  }
  std::vector<EntityId> streams(EntityKind kind, const EntityId& after, std::size_t limit) const {
    const std::shared_lock lock(mutex_);
    EntityId from;
    from.bytes[0] = static_cast<std::uint8_t>(kind);
    std::vector<EntityId> found;
    for (auto it = heads_.lower_bound(std::max(from, after));
         it != heads_.end() && it->first.kind() == kind && found.size() < limit; ++it) {
      if (it->first > after) found.push_back(it->first);
    }
    return found;
  }

 private:
  struct OpenEvent {
    Shard shard;
    LogEntry entry;
    std::string envelope;
  };
  using AnswerKey = std::pair<EntityId, Id128>;

  mutable std::shared_mutex mutex_;  // guards what readers see
  std::unordered_map<EntityId, std::vector<std::string>> events_;
  std::vector<std::vector<LogEntry>> logs_;
  std::map<EntityId, StreamHead> heads_;
  std::map<AnswerKey, std::string> answers_;
  std::map<std::pair<Shard, std::uint64_t>, std::string> checkpoints_;
  std::map<EntityId, std::map<std::uint64_t, Snapshot>> snapshots_;

  std::vector<OpenEvent> open_events_;
  std::vector<std::pair<EntityId, StreamHead>> open_heads_;
  std::vector<std::pair<AnswerKey, std::string>> open_answers_;
};

class MemoryEventLog : public EventLog {
 public:
  MemoryEventLog(std::uint16_t shard_count, std::uint64_t epoch)
      : tables_(shard_count), queue_(tables_, epoch, std::vector<MerkleFrontier>(shard_count)) {}

  void append(Append append, std::function<void(AppendResult)> done) override {
    queue_.append(std::move(append), std::move(done));
  }
  std::optional<std::string> failure() const override { return queue_.failure(); }
  std::uint16_t shard_count() const override { return queue_.shard_count(); }
  Shard shard_of(const EntityId& stream) const override {
    return shard_of_stream(stream, shard_count());
  }
  Result<std::uint64_t> stream_version(const EntityId& stream) const override {
    return tables_.stream_version(stream);
  }
  Status read_stream(const EntityId& stream, std::uint64_t from_version,
                     const EnvelopeVisitor& visit) const override {
    return read(from_version, visit,
                [&](std::uint64_t version) { return tables_.event(stream, version); });
  }
  Status read_log(Shard shard, std::uint64_t from_position,
                  const EnvelopeVisitor& visit) const override {
    return read(from_position, visit,
                [&](std::uint64_t position) { return tables_.event_at(shard, position); });
  }
  std::uint64_t last_position(Shard shard) const override { return queue_.last_position(shard); }
  TreeHead tree_head(Shard shard) const override { return queue_.tree_head(shard); }
  Result<Hash256> subtree(Shard shard, unsigned height, std::uint64_t index) const override {
    return tables_.subtree(shard, height, index);
  }
  Status put_checkpoint(Shard shard, std::uint64_t size, const std::string& note) override {
    tables_.put_checkpoint(shard, size, note);
    return Done{};
  }
  Status read_checkpoints(Shard shard, std::uint64_t from_size,
                          const CheckpointVisitor& visit) const override {
    tables_.read_checkpoints(shard, from_size, visit);
    return Done{};
  }
  Result<std::optional<std::string>> last_checkpoint(Shard shard) const override {
    std::optional<std::string> last;
    tables_.read_checkpoints(shard, 0, [&](std::uint64_t, const std::string& note) {
      last = note;
      return true;
    });
    return last;
  }
  Status put_snapshot(const Snapshot& snapshot) override {
    if (const auto limit = snapshot_limit(snapshot); !limit) return limit;
    tables_.put_snapshot(snapshot);
    return Done{};
  }
  Result<std::optional<Snapshot>> last_snapshot(const EntityId& stream,
                                                std::uint64_t until_version) const override {
    return tables_.last_snapshot(stream, until_version);
  }
  std::string identity() const override { return std::string(32, '0'); }
  Result<std::optional<std::string>> command_result(const EntityId& stream,
                                                    const Id128& command_id) const override {
    return tables_.answer(stream, command_id);
  }
  Result<std::vector<EntityId>> streams(EntityKind kind, const EntityId& after,
                                        std::size_t limit) const override {
    return tables_.streams(kind, after, limit);
  }
  std::shared_ptr<void> on_commit(
      std::function<void(Shard, std::uint64_t last_position)> listener) override {
    return queue_.on_commit(std::move(listener));
  }

 private:
  template <class Fetch>
  Status read(std::uint64_t from, const EnvelopeVisitor& visit, Fetch fetch) const {
    Envelope envelope;
    for (std::uint64_t at = std::max<std::uint64_t>(from, 1);; ++at) {
      const std::string bytes = fetch(at);
      if (bytes.empty()) return Done{};
      if (auto status = decode_envelope(bytes, envelope); !status) return status;
      if (!visit(envelope)) return Done{};
    }
  }

  MemoryTables tables_;
  CommitQueue queue_;  // last: it is destroyed first and writes to the tables
};

}  // namespace

std::unique_ptr<EventLog> make_memory_event_log(std::uint16_t shard_count, std::uint64_t epoch) {
  return std::make_unique<MemoryEventLog>(shard_count, epoch);
}

}  // namespace rookery
