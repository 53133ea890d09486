// The audit tree on disk: column family `tree` keeps the root of every 256 hashes of the tier
// below, tier 0 being the leaves in `log`. All of it can be computed again from the leaves.
#pragma once

#include <cstdint>

#include "eventstore/merkle.h"
#include "eventstore/rocksdb_tables.h"

namespace rookery {

// The root of a perfect subtree whose leaves are all in the log. Reads at most 256 neighbouring
// records; more only where the tree of an older store was never completed. Error: a record that
// should be there is not, or is broken.
Result<Hash256> read_subtree(const RocksDbTables& tables, Shard shard, unsigned height,
                             std::uint64_t index);

// The growing end of a shard's tree of `size` leaves. First stores what is missing of the tree,
// unless the store is open for reading only.
Result<MerkleFrontier> recover_frontier(const RocksDbTables& tables, Shard shard,
                                        std::uint64_t size, bool read_only);

}  // namespace rookery
