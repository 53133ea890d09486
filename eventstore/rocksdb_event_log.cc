#include "eventstore/rocksdb_event_log.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "eventstore/commit_queue.h"
#include "eventstore/database.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/keys.h"
#include "eventstore/leaf_hash.h"

namespace rookery {
namespace {

constexpr std::size_t kHeadsCachedMax = 1 << 18;
constexpr std::size_t kEventsFetchedAtOnce = 128;
constexpr std::size_t kProtectionBytes = 8;  // per key of a batch, from here to the memtable
constexpr std::size_t kHeadBytes = 48;
constexpr std::size_t kLogEntryBytes = 56;

// End of a stream: what the next append must follow.
struct Head {
  std::uint64_t version = 0;
  std::uint64_t epoch = 0;
  Hash256 chain{};
};

std::string_view view(const Hash256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string encode_head(const Head& head) {
  std::string value;
  put_big_endian(value, head.version, 8);
  put_big_endian(value, head.epoch, 8);
  value += view(head.chain);
  return value;
}

Result<Head> decode_head(const std::string& value) {
  if (value.size() != kHeadBytes) return Error{"a stream's head is damaged: restore a copy"};
  Head head;
  head.version = big_endian(value, 0, 8);
  head.epoch = big_endian(value, 8, 8);
  std::memcpy(head.chain.data(), value.data() + 16, head.chain.size());
  return head;
}

struct Place {
  EntityId stream;
  std::uint64_t version = 0;
};

Result<Place> decode_place(std::string_view value) {
  if (value.size() != kLogEntryBytes) return Error{"a log entry is damaged: restore a copy"};
  Place place;
  std::memcpy(place.stream.bytes.data(), value.data(), 16);
  place.version = big_endian(value, 16, 8);
  return place;
}

class RocksDbEventLog final : public EventLog {
 public:
  RocksDbEventLog(std::unique_ptr<Database> database, const RocksDbOptions& options)
      : options_(options),
        database_(std::move(database)),
        last_positions_(database_->shard_count()) {}

  // Finds the end of every shard's log and checks that the tail is whole.
  Status recover() {
    for (Shard shard = 0; shard < shard_count(); ++shard) {
      std::unique_ptr<rocksdb::Iterator> log(
          database_->db().NewIterator(rocksdb::ReadOptions(), database_->family(Family::kLog)));
      log->SeekForPrev(log_key(shard, ~std::uint64_t{0}));
      if (!log->status().ok()) return Error{"cannot read the log: " + log->status().ToString()};
      if (!log->Valid() || big_endian(log->key().ToStringView(), 0, 2) != shard) continue;
      last_positions_[shard] = big_endian(log->key().ToStringView(), 2, 8);
      if (const Status tail = check_tail(shard, log->value().ToStringView()); !tail) return tail;
    }
    if (!options_.read_only) {
      queue_ = std::make_unique<CommitQueue>(
          [this](std::vector<QueuedAppend>& batch) { return commit(batch); });
    }
    return Done{};
  }

  void append(Append append, std::function<void(AppendResult)> done) override {
    if (!queue_) return done(AppendRefused{"the store is open for reading only"});
    auto queued = prepare_append(std::move(append), done);
    if (!queued) return done(AppendRefused{queued.error().message});
    queue_->push(std::move(*queued));
  }

  std::uint16_t shard_count() const override { return database_->shard_count(); }
  Shard shard_of(const EntityId& stream) const override {
    return shard_of_stream(stream, shard_count());
  }

  Result<std::uint64_t> stream_version(const EntityId& stream) const override {
    auto head = read_head(stream);
    if (!head) return head.error();
    return head->version;
  }

  Status read_stream(const EntityId& stream, std::uint64_t from_version,
                     const EnvelopeVisitor& visit) const override {
    const Shard shard = shard_of(stream);
    std::uint64_t version = std::max<std::uint64_t>(from_version, 1);
    const std::string end = event_key(shard, stream, ~std::uint64_t{0});
    const rocksdb::Slice end_slice(end);
    rocksdb::ReadOptions read;
    read.iterate_upper_bound = &end_slice;
    std::unique_ptr<rocksdb::Iterator> events(
        database_->db().NewIterator(read, database_->family(Family::kEvents)));
    for (events->Seek(event_key(shard, stream, version)); events->Valid(); events->Next()) {
      const auto envelope = decode_envelope(events->value().ToStringView());
      if (!envelope)
        return Error{to_text(stream) + " event " + std::to_string(version) + ": " +
                     envelope.error().message};
      if (envelope->stream != stream || envelope->version != version) {
        return Error{to_text(stream) + " event " + std::to_string(version) +
                     " is missing or misplaced: restore a copy"};
      }
      if (!visit(*envelope)) return Done{};
      ++version;
    }
    if (!events->status().ok())
      return Error{"cannot read the store: " + events->status().ToString()};
    return Done{};
  }

  Status read_log(Shard shard, std::uint64_t from_position,
                  const EnvelopeVisitor& visit) const override {
    std::uint64_t position = std::max<std::uint64_t>(from_position, 1);
    const std::string end = log_key(shard, last_position(shard) + 1);
    const rocksdb::Slice end_slice(end);
    rocksdb::ReadOptions read;
    read.iterate_upper_bound = &end_slice;
    std::unique_ptr<rocksdb::Iterator> log(
        database_->db().NewIterator(read, database_->family(Family::kLog)));
    log->Seek(log_key(shard, position));
    while (log->Valid()) {
      std::vector<std::string> keys;
      for (; log->Valid() && keys.size() < kEventsFetchedAtOnce; log->Next()) {
        const auto place = decode_place(log->value().ToStringView());
        if (!place) return place.error();
        keys.push_back(event_key(shard, place->stream, place->version));
      }
      bool more = true;
      if (const Status status = visit_events(keys, position, visit, more); !status) return status;
      if (!more) return Done{};
    }
    if (!log->status().ok()) return Error{"cannot read the log: " + log->status().ToString()};
    return Done{};
  }

  std::uint64_t last_position(Shard shard) const override {
    return shard < last_positions_.size() ? last_positions_[shard].load() : 0;
  }

  Result<std::optional<std::string>> command_result(const EntityId& stream,
                                                    const Id128& command_id) const override {
    return database_->get(Family::kDedup, dedup_key(stream, command_id));
  }

  Result<std::vector<EntityId>> streams(EntityKind kind, const EntityId& after,
                                        std::size_t limit) const override {
    std::unique_ptr<rocksdb::Iterator> heads(
        database_->db().NewIterator(rocksdb::ReadOptions(), database_->family(Family::kHeads)));
    std::vector<EntityId> ids;
    const EntityId start = std::max(after, make_entity_id(kind, {}));
    for (heads->Seek(head_key(start)); heads->Valid() && ids.size() < limit; heads->Next()) {
      EntityId id;
      if (heads->key().size() != id.bytes.size()) return Error{"a stream's head is damaged"};
      std::memcpy(id.bytes.data(), heads->key().data(), id.bytes.size());
      if (id.kind() != kind) break;
      if (id != after) ids.push_back(id);
    }
    if (!heads->status().ok()) return Error{"cannot read the store: " + heads->status().ToString()};
    return ids;
  }

  std::shared_ptr<void> on_commit(std::function<void(Shard, std::uint64_t)> listener) override {
    return listeners_.add(std::move(listener));
  }

 private:
  Status check_tail(Shard shard, std::string_view entry) {
    const auto place = decode_place(entry);
    if (!place) return place.error();
    const auto stored =
        database_->get(Family::kEvents, event_key(shard, place->stream, place->version));
    if (!stored) return stored.error();
    const auto head = read_head(place->stream);
    if (!head) return head.error();
    const bool whole =
        *stored && head->version == place->version && Hasher().leaf(**stored) == leaf_of(entry);
    if (!whole) {
      return Error{"the log's last entry (position " + std::to_string(last_positions_[shard]) +
                   ") does not fit its event: the store is damaged, restore a copy"};
    }
    return Done{};
  }

  static Hash256 leaf_of(std::string_view entry) {
    Hash256 leaf;
    std::memcpy(leaf.data(), entry.data() + 24, leaf.size());
    return leaf;
  }

  Result<Head> read_head(const EntityId& stream) const {
    auto value = database_->get(Family::kHeads, head_key(stream));
    if (!value) return value.error();
    if (!*value) return Head{};
    return decode_head(**value);
  }

  Status visit_events(const std::vector<std::string>& keys, std::uint64_t& position,
                      const EnvelopeVisitor& visit, bool& more) const {
    std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    database_->db().MultiGet(rocksdb::ReadOptions(), database_->family(Family::kEvents),
                             slices.size(), slices.data(), values.data(), statuses.data());
    for (std::size_t i = 0; i < values.size(); ++i, ++position) {
      if (!statuses[i].ok()) {
        return Error{"position " + std::to_string(position) + ": " + statuses[i].ToString()};
      }
      const auto envelope = decode_envelope(values[i].ToStringView());
      if (!envelope) {
        return Error{"position " + std::to_string(position) + ": " + envelope.error().message};
      }
      if (envelope->position != position) {
        return Error{"position " + std::to_string(position) + " is missing from the log"};
      }
      more = visit(*envelope);
      if (!more) return Done{};
    }
    return Done{};
  }

  // Everything below runs on the commit thread.

  std::vector<AppendResult> commit(std::vector<QueuedAppend>& batch) {
    std::vector<AppendResult> results;
    results.reserve(batch.size());
    if (failure_.empty()) {
      for (QueuedAppend& append : batch) results.push_back(stage(append));
      write();
    }
    if (!failure_.empty()) {
      results.assign(batch.size(), AppendResult{StoreFailed{failure_}});
      return results;
    }
    for (const auto& [shard, position] : staged_positions_) {
      last_positions_[shard] = position;
      listeners_.tell(shard, position);
    }
    staged_positions_.clear();
    return results;
  }

  AppendResult stage(QueuedAppend& append) {
    Head* head = cached_head(append.stream);
    if (head == nullptr) return StoreFailed{failure_};
    if (append.expected_version != head->version) return VersionConflict{head->version};
    const Shard shard = shard_of(append.stream);
    const auto staged = staged_positions_.find(shard);
    std::uint64_t position =
        staged != staged_positions_.end() ? staged->second : last_positions_[shard].load();
    const Appended appended{head->version + 1, position + 1, append.stored.size(), options_.epoch};
    for (std::string& stored : append.stored) {
      seal_envelope(stored, ++position, ++head->version, options_.epoch);
      stage_event(shard, append.stream, *head, position, stored);
    }
    if (!append.stored.empty()) {
      head->epoch = options_.epoch;
      staged_positions_[shard] = position;
      touched_.insert(append.stream);
    }
    if (!append.command_result.empty()) {
      put(Family::kDedup, dedup_key(append.stream, append.command_id), append.command_result);
    }
    return appended;
  }

  void stage_event(Shard shard, const EntityId& stream, Head& head, std::uint64_t position,
                   const std::string& stored) {
    const Hash256 leaf = hasher_.leaf(stored);
    head.chain = hasher_.chain(head.chain, leaf);
    put(Family::kEvents, event_key(shard, stream, head.version), stored);
    std::string entry;
    entry.reserve(kLogEntryBytes);
    entry.append(reinterpret_cast<const char*>(stream.bytes.data()), stream.bytes.size());
    put_big_endian(entry, head.version, 8);
    entry += view(leaf);
    put(Family::kLog, log_key(shard, position), entry);
  }

  void put(Family family, const std::string& key, const std::string& value) {
    const auto status = batch_.Put(database_->family(family), key, value);
    if (!status.ok() && failure_.empty()) failure_ = "cannot stage a write: " + status.ToString();
  }

  void write() {
    for (const EntityId& stream : touched_) {
      put(Family::kHeads, head_key(stream), encode_head(heads_[stream]));
    }
    touched_.clear();
    if (failure_.empty() && batch_.Count() > 0) {
      rocksdb::WriteOptions synced;
      synced.sync = true;
      const auto status = database_->db().Write(synced, &batch_);
      if (!status.ok()) {
        failure_ = "the store has stopped, nothing more is accepted: " + status.ToString() +
                   ". Make room or mend the disk, then restart";
      }
    }
    batch_.Clear();
    if (heads_.size() > kHeadsCachedMax) heads_.clear();
  }

  Head* cached_head(const EntityId& stream) {
    const auto found = heads_.find(stream);
    if (found != heads_.end()) return &found->second;
    auto head = read_head(stream);
    if (!head) {
      failure_ = head.error().message;
      return nullptr;
    }
    return &heads_.emplace(stream, *head).first->second;
  }

  const RocksDbOptions options_;
  std::unique_ptr<Database> database_;
  std::vector<std::atomic<std::uint64_t>> last_positions_;
  CommitListeners listeners_;
  std::unordered_map<EntityId, Head> heads_;
  std::set<EntityId> touched_;
  std::unordered_map<Shard, std::uint64_t> staged_positions_;
  rocksdb::WriteBatch batch_{0, 0, kProtectionBytes, 0};
  Hasher hasher_;
  std::string failure_;                 // not empty: fail-stop
  std::unique_ptr<CommitQueue> queue_;  // last: its thread uses all of the above
};

}  // namespace

Result<std::unique_ptr<EventLog>> open_rocksdb_event_log(const std::filesystem::path& folder,
                                                         const RocksDbOptions& options) {
  auto database = Database::open(folder, options);
  if (!database) return database.error();
  auto log = std::make_unique<RocksDbEventLog>(std::move(*database), options);
  if (const Status recovered = log->recover(); !recovered) {
    return Error{folder.string() + ": " + recovered.error().message};
  }
  return std::unique_ptr<EventLog>(std::move(log));
}

}  // namespace rookery
