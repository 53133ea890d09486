#include "eventstore/stored_snapshots.h"

#include "eventstore/record_keys.h"

namespace rookery {

Status write_snapshot(const RocksDbTables& tables, const Snapshot& snapshot) {
  if (const auto limit = snapshot_limit(snapshot); !limit) return limit;
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  auto* family = tables.of(Table::kSnapshots);
  const auto own = snapshot_key(snapshot.stream, snapshot.version);
  auto status = batch.Put(family, slice(own.view()), encode_snapshot(snapshot));
  // From the newest down. Single keys are deleted, never a range: a range's tombstone would be in
  // the way of every later read.
  std::size_t kept = 1;
  const auto it = tables.iterate(Table::kSnapshots);
  for (it->SeekForPrev(slice(snapshot_key(snapshot.stream, kAnyVersion).view()));
       it->Valid() && status.ok(); it->Prev()) {
    const auto place = decode_snapshot_key(it->key().ToStringView());
    if (!place || place->first != snapshot.stream) break;
    if (place->second == snapshot.version || ++kept <= kSnapshotsKept) continue;
    status = batch.Delete(family, it->key());
  }
  if (status.ok()) status = it->status();
  if (status.ok()) status = tables.db().Write(rocksdb::WriteOptions(), &batch);
  if (!status.ok()) return store_error(tables.folder(), status);
  return Done{};
}

Result<std::optional<Snapshot>> read_snapshot(const RocksDbTables& tables, const EntityId& stream,
                                              std::uint64_t until_version) {
  const auto it = tables.iterate(Table::kSnapshots);
  it->SeekForPrev(slice(snapshot_key(stream, until_version).view()));
  if (!it->status().ok()) return store_error(tables.folder(), it->status());
  const auto place = it->Valid() ? decode_snapshot_key(it->key().ToStringView()) : std::nullopt;
  if (!place || place->first != stream) return std::optional<Snapshot>();
  auto snapshot = decode_snapshot(stream, place->second, it->value().ToStringView());
  if (!snapshot) return snapshot.error();
  return std::optional<Snapshot>(std::move(*snapshot));
}

}  // namespace rookery
