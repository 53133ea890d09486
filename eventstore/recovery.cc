#include "eventstore/recovery.h"

#include "eventstore/envelope_codec.h"
#include "eventstore/record_keys.h"
#include "eventstore/stored_events.h"

namespace rookery {
namespace {

Error damaged(const RocksDbTables& tables, Shard shard, std::uint64_t position,
              const std::string& what) {
  return store_error(tables.folder(),
                     rocksdb::Status::Corruption("shard " + std::to_string(shard) + " position " +
                                                 std::to_string(position) + ": " + what));
}

Result<std::uint64_t> find_last_position(const RocksDbTables& tables, Shard shard) {
  const auto it = tables.iterate(Table::kLog);
  it->SeekForPrev(slice(log_key(shard, ~std::uint64_t{0}).view()));
  if (!it->status().ok()) return store_error(tables.folder(), it->status());
  if (!it->Valid()) return std::uint64_t{0};
  const auto place = decode_log_key(it->key().ToStringView());
  if (!place) return damaged(tables, shard, 0, "broken log key");
  return place->shard == shard ? place->position : 0;
}

Status check_event(const RocksDbTables& tables, LeafHasher& hasher, Shard shard,
                   std::uint64_t position, const LogEntry& entry) {
  ArchiveReader archive(tables.archive());
  auto stored = stored_event(tables, archive, shard, {entry.stream, entry.version});
  if (!stored) return stored.error();
  if (!*stored) return damaged(tables, shard, position, "its event is missing");
  const auto event = decode_envelope(**stored);
  if (!event) return damaged(tables, shard, position, event.error().message);
  if (event->position != position || event->version != entry.version ||
      event->stream != entry.stream || hasher.leaf(**stored) != entry.leaf) {
    return damaged(tables, shard, position, "log and event disagree");
  }
  return Done{};
}

Status check_head(const RocksDbTables& tables, Shard shard, std::uint64_t position, bool last,
                  const LogEntry& entry) {
  auto stored = tables.get(Table::kHeads, head_key(entry.stream).view());
  if (!stored) return stored.error();
  const auto head = *stored ? decode_head(**stored) : std::nullopt;
  if (!head || head->version < entry.version || (last && head->version != entry.version)) {
    return damaged(tables, shard, position, "log and stream head disagree");
  }
  return Done{};
}

Status check_tail(const RocksDbTables& tables, Shard shard, std::uint64_t last_position) {
  LeafHasher hasher;
  std::uint64_t position = last_position > kTailChecked ? last_position - kTailChecked + 1 : 1;
  const auto it = tables.iterate(Table::kLog);
  it->Seek(slice(log_key(shard, position).view()));
  for (; position <= last_position; ++position, it->Next()) {
    if (!it->Valid() || it->key() != slice(log_key(shard, position).view())) {
      if (!it->status().ok()) return store_error(tables.folder(), it->status());
      return damaged(tables, shard, position, "missing in the log");
    }
    const auto entry = decode_log_entry(it->value().ToStringView());
    if (!entry) return damaged(tables, shard, position, "broken log entry");
    if (auto status = check_event(tables, hasher, shard, position, *entry); !status) return status;
    if (auto status = check_head(tables, shard, position, position == last_position, *entry);
        !status) {
      return status;
    }
  }
  return Done{};
}

}  // namespace

Result<std::vector<std::uint64_t>> recover_positions(const RocksDbTables& tables) {
  std::vector<std::uint64_t> last_positions(tables.meta().shard_count);
  for (std::size_t shard = 0; shard < last_positions.size(); ++shard) {
    auto last = find_last_position(tables, static_cast<Shard>(shard));
    if (!last) return last.error();
    if (auto tail = check_tail(tables, static_cast<Shard>(shard), *last); !tail) {
      return tail.error();
    }
    last_positions[shard] = *last;
  }
  return last_positions;
}

}  // namespace rookery
