// What is looked at before a store that was perhaps killed may be used again.
#pragma once

#include <cstdint>
#include <vector>

#include "eventstore/rocksdb_tables.h"

namespace rookery {

// Entries at each shard's end that are checked against their events and heads at every opening;
// check_store() looks at all of them.
inline constexpr std::uint64_t kTailChecked = 64;

// The last position of each shard. An Error when a tail contradicts itself.
Result<std::vector<std::uint64_t>> recover_positions(const RocksDbTables& tables);

}  // namespace rookery
