// Snapshots on disk: column family `snap`.
#pragma once

#include <cstdint>
#include <optional>

#include "eventstore/rocksdb_tables.h"
#include "eventstore/snapshot.h"

namespace rookery {

// Keeps this one and, of the stream's others, as many of the newest as kSnapshotsKept allows.
// Durable with the next append. Error: the state is over its limit, or the disk's.
Status write_snapshot(const RocksDbTables& tables, const Snapshot& snapshot);

// The newest up to `until_version`; nothing when there is none. Error: it is broken.
Result<std::optional<Snapshot>> read_snapshot(const RocksDbTables& tables, const EntityId& stream,
                                              std::uint64_t until_version);

}  // namespace rookery
