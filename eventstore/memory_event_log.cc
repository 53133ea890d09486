#include "eventstore/memory_event_log.h"

#include <algorithm>
#include <map>
#include <shared_mutex>
#include <utility>

#include "eventstore/commit_queue.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/keys.h"

namespace rookery {
namespace {

class MemoryEventLog final : public EventLog {
 public:
  MemoryEventLog(std::uint16_t shard_count, std::uint64_t epoch)
      : epoch_(epoch),
        logs_(shard_count),
        queue_([this](std::vector<QueuedAppend>& batch) { return commit(batch); }) {}

  void append(Append append, std::function<void(AppendResult)> done) override {
    auto queued = prepare_append(std::move(append), done);
    if (!queued) return done(AppendRefused{queued.error().message});
    queue_.push(std::move(*queued));
  }

  std::uint16_t shard_count() const override { return static_cast<std::uint16_t>(logs_.size()); }
  Shard shard_of(const EntityId& stream) const override {
    return shard_of_stream(stream, shard_count());
  }

  Result<std::uint64_t> stream_version(const EntityId& stream) const override {
    const std::shared_lock lock(mutex_);
    const auto found = streams_.find(stream);
    return found == streams_.end() ? std::uint64_t{0} : std::uint64_t{found->second.size()};
  }

  Status read_stream(const EntityId& stream, std::uint64_t from_version,
                     const EnvelopeVisitor& visit) const override {
    for (std::uint64_t version = std::max<std::uint64_t>(from_version, 1);; ++version) {
      const std::string stored = at(stream, version);
      if (stored.empty()) return Done{};
      const auto envelope = decode_envelope(stored);
      if (!envelope) return envelope.error();
      if (!visit(*envelope)) return Done{};
    }
  }

  Status read_log(Shard shard, std::uint64_t from_position,
                  const EnvelopeVisitor& visit) const override {
    for (std::uint64_t position = std::max<std::uint64_t>(from_position, 1);; ++position) {
      std::pair<EntityId, std::uint64_t> place;
      {
        const std::shared_lock lock(mutex_);
        if (position > logs_[shard].size()) return Done{};
        place = logs_[shard][position - 1];
      }
      const auto envelope = decode_envelope(at(place.first, place.second));
      if (!envelope) return envelope.error();
      if (!visit(*envelope)) return Done{};
    }
  }

  std::uint64_t last_position(Shard shard) const override {
    const std::shared_lock lock(mutex_);
    return logs_[shard].size();
  }

  Result<std::optional<std::string>> command_result(const EntityId& stream,
                                                    const Id128& command_id) const override {
    const std::shared_lock lock(mutex_);
    const auto found = results_.find({stream, command_id});
    if (found == results_.end()) return std::optional<std::string>{};
    return std::optional<std::string>{found->second};
  }

  Result<std::vector<EntityId>> streams(EntityKind kind, const EntityId& after,
                                        std::size_t limit) const override {
    const std::shared_lock lock(mutex_);
    std::vector<EntityId> ids;
    const EntityId first = make_entity_id(kind, {});
    auto entry = after < first ? streams_.lower_bound(first) : streams_.upper_bound(after);
    for (; entry != streams_.end() && entry->first.kind() == kind && ids.size() < limit; ++entry) {
      ids.push_back(entry->first);
    }
    return ids;
  }

  std::shared_ptr<void> on_commit(std::function<void(Shard, std::uint64_t)> listener) override {
    return listeners_.add(std::move(listener));
  }

 private:
  std::string at(const EntityId& stream, std::uint64_t version) const {
    const std::shared_lock lock(mutex_);
    const auto found = streams_.find(stream);
    if (found == streams_.end() || version > found->second.size()) return {};
    return found->second[version - 1];
  }

  std::vector<AppendResult> commit(std::vector<QueuedAppend>& batch) {
    std::vector<AppendResult> results;
    std::map<Shard, std::uint64_t> news;
    {
      const std::unique_lock lock(mutex_);
      for (QueuedAppend& append : batch) results.push_back(commit_one(append, news));
    }
    for (const auto& [shard, position] : news) listeners_.tell(shard, position);
    return results;
  }

  AppendResult commit_one(QueuedAppend& append, std::map<Shard, std::uint64_t>& news) {
    const auto known = streams_.find(append.stream);
    const std::uint64_t version = known == streams_.end() ? 0 : known->second.size();
    if (append.expected_version != version) return VersionConflict{version};
    const Shard shard = shard_of(append.stream);
    auto& log = logs_[shard];
    const Appended appended{version + 1, log.size() + 1, append.stored.size(), epoch_};
    if (!append.command_result.empty()) {
      results_[{append.stream, append.command_id}] = append.command_result;
    }
    if (append.stored.empty()) return appended;
    auto& stream = streams_[append.stream];
    for (std::string& stored : append.stored) {
      seal_envelope(stored, log.size() + 1, stream.size() + 1, epoch_);
      stream.push_back(std::move(stored));
      log.emplace_back(append.stream, stream.size());
    }
    news[shard] = log.size();
    return appended;
  }

  const std::uint64_t epoch_;
  mutable std::shared_mutex mutex_;
  std::map<EntityId, std::vector<std::string>> streams_;
  std::vector<std::vector<std::pair<EntityId, std::uint64_t>>> logs_;
  std::map<std::pair<EntityId, Id128>, std::string> results_;
  CommitListeners listeners_;
  CommitQueue queue_;  // last: its thread uses all of the above
};

}  // namespace

std::unique_ptr<EventLog> make_memory_event_log(std::uint16_t shard_count, std::uint64_t epoch) {
  return std::make_unique<MemoryEventLog>(shard_count, epoch);
}

}  // namespace rookery
