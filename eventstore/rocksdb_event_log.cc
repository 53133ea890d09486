#include "eventstore/rocksdb_event_log.h"

#include <algorithm>
#include <utility>

#include "eventstore/commit_queue.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/log_reader.h"
#include "eventstore/record_keys.h"
#include "eventstore/recovery.h"
#include "eventstore/rocksdb_tables.h"
#include "eventstore/store_files.h"
#include "eventstore/stored_backup.h"
#include "eventstore/stored_events.h"
#include "eventstore/stored_snapshots.h"
#include "eventstore/stored_tree.h"

namespace rookery {
namespace {

std::string place_text(const EntityId& stream, std::uint64_t version) {
  return to_text(stream) + " version " + std::to_string(version);
}

// The open batch of the commit thread.
class BatchWriter : public CommitSink {
 public:
  explicit BatchWriter(RocksDbTables& tables) : tables_(tables) {}

  Result<StreamHead> load_head(const EntityId& stream) override {
    auto stored = tables_.get(Table::kHeads, head_key(stream).view());
    if (!stored) return stored.error();
    if (!*stored) return StreamHead{};
    const auto head = decode_head(**stored);
    if (!head) return store_error(tables_.folder(), rocksdb::Status::Corruption("broken head"));
    return *head;
  }
  void put_event(Shard shard, std::uint64_t position, const LogEntry& entry,
                 std::string_view envelope) override {
    put(Table::kEvents, event_key(shard, entry.stream, entry.version).view(), envelope);
    put(Table::kLog, log_key(shard, position).view(), encode_log_entry(entry).view());
  }
  void put_subtree(Shard shard, unsigned tier, std::uint64_t index, const Hash256& root) override {
    put(Table::kTree, tree_key(shard, tier, index).view(), hash_view(root));
  }
  void put_head(const EntityId& stream, const StreamHead& head) override {
    put(Table::kHeads, head_key(stream).view(), encode_head(head).view());
  }
  void put_answer(const EntityId& stream, const Id128& command_id,
                  std::string_view answer) override {
    put(Table::kAnswers, answer_key(stream, command_id).view(), answer);
  }
  Status write() override {
    if (status_.ok()) status_ = tables_.db().Write(options_, &batch_);
    if (!status_.ok()) return store_error(tables_.folder(), status_);
    batch_.Clear();
    return Done{};
  }

 private:
  void put(Table table, std::string_view key, std::string_view value) {
    auto status = batch_.Put(tables_.of(table), slice(key), slice(value));
    if (!status.ok() && status_.ok()) status_ = std::move(status);
  }

  RocksDbTables& tables_;
  const rocksdb::WriteOptions options_ = synced_write();
  rocksdb::WriteBatch batch_{1 << 20, 0, /*protection_bytes_per_key=*/8, 0};
  rocksdb::Status status_;
};

class RocksDbEventLog : public EventLog, public FileLog {
 public:
  RocksDbEventLog(std::unique_ptr<RocksDbTables> tables, std::vector<MerkleFrontier> trees,
                  const RocksDbOptions& options)
      : tables_(std::move(tables)), writer_(*tables_) {
    LeafHasher hasher;
    for (const MerkleFrontier& tree : trees) opened_at_.push_back(tree.head(hasher));
    if (!options.read_only) {
      queue_ = std::make_unique<CommitQueue>(writer_, options.epoch, std::move(trees));
    }
  }

  void append(Append append, std::function<void(AppendResult)> done) override {
    if (queue_) return queue_->append(std::move(append), std::move(done));
    done(AppendRefused{"this store is open for reading only"});
  }
  std::optional<std::string> failure() const override {
    return queue_ ? queue_->failure() : std::nullopt;
  }
  std::uint16_t shard_count() const override { return tables_->meta().shard_count; }
  Shard shard_of(const EntityId& stream) const override {
    return shard_of_stream(stream, shard_count());
  }
  Result<std::uint64_t> stream_version(const EntityId& stream) const override;
  Status read_stream(const EntityId& stream, std::uint64_t from_version,
                     const EnvelopeVisitor& visit) const override;
  Status read_log(Shard shard, std::uint64_t from_position,
                  const EnvelopeVisitor& visit) const override;
  std::uint64_t last_position(Shard shard) const override {
    if (queue_) return queue_->last_position(shard);
    return shard < opened_at_.size() ? opened_at_[shard].size : 0;
  }
  TreeHead tree_head(Shard shard) const override {
    if (queue_) return queue_->tree_head(shard);
    return shard < opened_at_.size() ? opened_at_[shard] : TreeHead{0, empty_tree_root()};
  }
  Result<Hash256> subtree(Shard shard, unsigned height, std::uint64_t index) const override {
    return read_subtree(*tables_, shard, height, index);
  }
  Status put_checkpoint(Shard shard, std::uint64_t size, const std::string& note) override;
  Status read_checkpoints(Shard shard, std::uint64_t from_size,
                          const CheckpointVisitor& visit) const override;
  Result<std::optional<std::string>> last_checkpoint(Shard shard) const override;
  Status put_snapshot(const Snapshot& snapshot) override {
    if (!queue_) return Error{"this store is open for reading only"};
    return write_snapshot(*tables_, snapshot);
  }
  Result<std::optional<Snapshot>> last_snapshot(const EntityId& stream,
                                                std::uint64_t until_version) const override {
    return read_snapshot(*tables_, stream, until_version);
  }
  Status back_up(const std::filesystem::path& folder) override {
    if (!queue_) return Error{"this store is open for reading only"};
    return back_up_tables(*tables_, folder);
  }
  std::string identity() const override { return tables_->meta().identity; }
  Result<std::optional<std::string>> command_result(const EntityId& stream,
                                                    const Id128& command_id) const override {
    return tables_->get(Table::kAnswers, answer_key(stream, command_id).view());
  }
  Result<std::vector<EntityId>> streams(EntityKind kind, const EntityId& after,
                                        std::size_t limit) const override;
  std::shared_ptr<void> on_commit(
      std::function<void(Shard, std::uint64_t last_position)> listener) override {
    // Without a queue nothing is ever committed: any handle will do.
    if (!queue_) return std::make_shared<std::uint64_t>(0);
    return queue_->on_commit(std::move(listener));
  }

 private:
  Error damaged(const std::string& what) const {
    return store_error(tables_->folder(), rocksdb::Status::Corruption(what));
  }

  std::unique_ptr<RocksDbTables> tables_;
  std::vector<TreeHead> opened_at_;
  BatchWriter writer_;
  std::unique_ptr<CommitQueue> queue_;  // last: it is destroyed first and uses all of the above
};

Result<std::uint64_t> RocksDbEventLog::stream_version(const EntityId& stream) const {
  auto stored = tables_->get(Table::kHeads, head_key(stream).view());
  if (!stored) return stored.error();
  if (!*stored) return std::uint64_t{0};
  const auto head = decode_head(**stored);
  if (!head) return damaged("broken head of " + to_text(stream));
  return head->version;
}

Status RocksDbEventLog::read_stream(const EntityId& stream, std::uint64_t from_version,
                                    const EnvelopeVisitor& visit) const {
  const Shard shard = shard_of(stream);
  std::uint64_t version = std::max<std::uint64_t>(from_version, 1);
  // Where events are archived, only the head tells how many there are; it is read before them.
  std::uint64_t archived_to = 0;
  if (!tables_->archive().empty()) {
    const auto last = stream_version(stream);
    if (!last) return last.error();
    archived_to = *last;
  }
  const auto first = event_key(shard, stream, version);
  // No event ever has the highest version, so the bound excludes none.
  const auto end = event_key(shard, stream, kAnyVersion);
  const rocksdb::Slice bound = slice(end.view());
  const auto it = tables_->iterate(Table::kEvents, &bound);
  ArchiveReader archive(tables_->archive());
  Envelope envelope;
  it->Seek(slice(first.view()));
  for (; it->Valid() || version <= archived_to; ++version) {
    if (!it->Valid() && !it->status().ok()) break;
    const bool here = it->Valid() && it->key() == slice(event_key(shard, stream, version).view());
    Result<std::optional<std::string_view>> stored = std::optional<std::string_view>();
    if (here) {
      stored = std::optional<std::string_view>(it->value().ToStringView());
    } else if (version <= archived_to) {
      stored = archive.find(shard, {stream, version});
    }
    if (!stored) return damaged(place_text(stream, version) + ": " + stored.error().message);
    if (!*stored) return damaged(place_text(stream, version) + " is missing");
    if (auto status = decode_envelope(**stored, envelope); !status) {
      return damaged(place_text(stream, version) + ": " + status.error().message);
    }
    if (envelope.version != version || envelope.stream != stream) {
      return damaged(place_text(stream, version) + " is missing");
    }
    if (!visit(envelope)) return Done{};
    if (here) it->Next();
  }
  if (!it->status().ok()) return store_error(tables_->folder(), it->status());
  return Done{};
}

Status RocksDbEventLog::read_log(Shard shard, std::uint64_t from_position,
                                 const EnvelopeVisitor& visit) const {
  const std::uint64_t position = std::max<std::uint64_t>(from_position, 1);
  const std::uint64_t last = last_position(shard);  // before the reader looks
  if (position > last) return Done{};
  return LogReader(*tables_, shard).read(position, last, visit);
}

Status RocksDbEventLog::put_checkpoint(Shard shard, std::uint64_t size, const std::string& note) {
  if (!queue_) return Error{"this store is open for reading only"};
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  auto status =
      batch.Put(tables_->of(Table::kTree), slice(checkpoint_key(shard, size).view()), note);
  if (status.ok()) status = tables_->db().Write(rocksdb::WriteOptions(), &batch);
  if (!status.ok()) return store_error(tables_->folder(), status);
  return Done{};
}

Status RocksDbEventLog::read_checkpoints(Shard shard, std::uint64_t from_size,
                                         const CheckpointVisitor& visit) const {
  const auto it = tables_->iterate(Table::kTree);
  for (it->Seek(slice(checkpoint_key(shard, from_size).view())); it->Valid(); it->Next()) {
    const auto place = decode_checkpoint_key(it->key().ToStringView());
    if (!place || place->first != shard) break;
    if (!visit(place->second, it->value().ToString())) return Done{};
  }
  if (!it->status().ok()) return store_error(tables_->folder(), it->status());
  return Done{};
}

Result<std::optional<std::string>> RocksDbEventLog::last_checkpoint(Shard shard) const {
  const auto it = tables_->iterate(Table::kTree);
  it->SeekForPrev(slice(checkpoint_key(shard, ~std::uint64_t{0}).view()));
  if (!it->status().ok()) return store_error(tables_->folder(), it->status());
  const auto place = it->Valid() ? decode_checkpoint_key(it->key().ToStringView()) : std::nullopt;
  if (!place || place->first != shard) return std::optional<std::string>();
  return std::optional<std::string>(it->value().ToString());
}

Result<std::vector<EntityId>> RocksDbEventLog::streams(EntityKind kind, const EntityId& after,
                                                       std::size_t limit) const {
  EntityId from;
  from.bytes[0] = static_cast<std::uint8_t>(kind);
  from = std::max(from, after);
  std::vector<EntityId> found;
  const auto it = tables_->iterate(Table::kHeads);
  for (it->Seek(slice(head_key(from).view())); it->Valid() && found.size() < limit; it->Next()) {
    const auto stream = decode_head_key(it->key().ToStringView());
    if (!stream) return damaged("broken key of a head");
    if (stream->kind() != kind) break;
    if (*stream > after) found.push_back(*stream);
  }
  if (!it->status().ok()) return store_error(tables_->folder(), it->status());
  return found;
}

}  // namespace

Result<std::unique_ptr<EventLog>> open_rocksdb_event_log(const std::filesystem::path& folder,
                                                         const RocksDbOptions& options) {
  auto tables = RocksDbTables::open(folder, options);
  if (!tables) return tables.error();
  auto last_positions = recover_positions(**tables);
  if (!last_positions) return last_positions.error();
  std::vector<MerkleFrontier> trees;
  for (std::size_t shard = 0; shard < last_positions->size(); ++shard) {
    auto tree = recover_frontier(**tables, static_cast<Shard>(shard), (*last_positions)[shard],
                                 options.read_only);
    if (!tree) return tree.error();
    trees.push_back(std::move(*tree));
  }
  return std::unique_ptr<EventLog>(
      std::make_unique<RocksDbEventLog>(std::move(*tables), std::move(trees), options));
}

}  // namespace rookery
