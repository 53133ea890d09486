#include "eventstore/store_check.h"

#include <unordered_map>

#include "eventstore/envelope_codec.h"
#include "eventstore/record_keys.h"
#include "eventstore/stored_events.h"

namespace rookery {
namespace {

// One walk over a store; the steps stand in the order in which run() takes them.
class StoreWalk {
 public:
  explicit StoreWalk(const RocksDbTables& tables) : tables_(tables), archive_(tables.archive()) {}

  Result<StoreCheck> run() {
    if (auto status = walk_logs(); !status) return status.error();
    if (auto status = compare_heads(); !status) return status.error();
    auto events = count(Table::kEvents);
    if (!events) return events.error();
    auto answers = count(Table::kAnswers);
    if (!answers) return answers.error();
    if (*events != in_table_) return damaged("there are events that no log entry names");
    found_.streams = heads_.size();
    found_.answers = *answers;
    return found_;
  }

 private:
  // Position order is version order within a stream, so one pass recomputes every head.
  Status walk_logs() {
    const auto it = tables_.iterate(Table::kLog);
    LogPlace expected{0, 1};
    for (it->SeekToFirst(); it->Valid(); it->Next(), ++expected.position) {
      const auto place = decode_log_key(it->key().ToStringView());
      const auto entry = decode_log_entry(it->value().ToStringView());
      if (!place || !entry) return damaged("broken log entry");
      if (place->shard != expected.shard) expected = {place->shard, 1};
      if (place->position != expected.position) return damaged("missing", expected);
      if (auto status = check_entry(*place, *entry); !status) return status;
    }
    if (!it->status().ok()) return store_error(tables_.folder(), it->status());
    return Done{};
  }

  Status check_entry(const LogPlace& place, const LogEntry& entry) {
    if (place.shard != shard_of_stream(entry.stream, tables_.meta().shard_count)) {
      return damaged("its stream belongs to another shard", place);
    }
    const auto key = event_key(place.shard, entry.stream, entry.version);
    auto stored = tables_.get(Table::kEvents, key.view());
    if (!stored) return stored.error();
    if (*stored) {
      ++in_table_;
    } else if (stored = stored_event(tables_, archive_, place.shard, {entry.stream, entry.version});
               !stored) {
      return stored.error();
    }
    if (!*stored) return damaged("its event is missing", place);
    if (auto status = decode_envelope(**stored, event_); !status) {
      return damaged(status.error().message, place);
    }
    StreamHead& head = heads_[entry.stream];
    if (event_.position != place.position || event_.stream != entry.stream ||
        event_.version != entry.version || entry.version != head.version + 1 ||
        event_.epoch < head.epoch) {
      return damaged("log and event disagree", place);
    }
    if (hasher_.leaf(**stored) != entry.leaf) return damaged("wrong leaf hash", place);
    head = {entry.version, event_.epoch, hasher_.chain(head.chain, entry.leaf)};
    ++found_.events;
    return Done{};
  }

  Status compare_heads() {
    std::size_t compared = 0;
    const auto it = tables_.iterate(Table::kHeads);
    for (it->SeekToFirst(); it->Valid(); it->Next(), ++compared) {
      const auto stream = decode_head_key(it->key().ToStringView());
      const auto head = decode_head(it->value().ToStringView());
      if (!stream || !head) return damaged("broken head");
      const auto expected = heads_.find(*stream);
      if (expected == heads_.end() || head->version != expected->second.version ||
          head->epoch != expected->second.epoch || head->chain != expected->second.chain) {
        return damaged("the head of " + to_text(*stream) + " disagrees with its events");
      }
    }
    if (!it->status().ok()) return store_error(tables_.folder(), it->status());
    if (compared != heads_.size()) return damaged("streams without a head");
    return Done{};
  }

  Result<std::uint64_t> count(Table table) const {
    std::uint64_t records = 0;
    const auto it = tables_.iterate(table);
    for (it->SeekToFirst(); it->Valid(); it->Next()) ++records;
    if (!it->status().ok()) return store_error(tables_.folder(), it->status());
    return records;
  }

  Error damaged(const std::string& what) const {
    return store_error(tables_.folder(), rocksdb::Status::Corruption(what));
  }
  Error damaged(const std::string& what, const LogPlace& place) const {
    return damaged("shard " + std::to_string(place.shard) + " position " +
                   std::to_string(place.position) + ": " + what);
  }

  const RocksDbTables& tables_;
  ArchiveReader archive_;
  std::uint64_t in_table_ = 0;  // the others are archived
  LeafHasher hasher_;
  Envelope event_;
  std::unordered_map<EntityId, StreamHead> heads_;
  StoreCheck found_;
};

}  // namespace

Result<StoreCheck> check_store(const std::filesystem::path& folder, rocksdb::Env* env) {
  auto tables = RocksDbTables::open(folder, {.read_only = true, .env = env});
  if (!tables) return tables.error();
  return StoreWalk(**tables).run();
}

}  // namespace rookery
