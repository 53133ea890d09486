// A copy of an open database, made by RocksDB's checkpoints.
#pragma once

#include <filesystem>

#include "eventstore/rocksdb_tables.h"

namespace rookery {

// `folder` is absolute and must not be there yet.
Status back_up_tables(const RocksDbTables& tables, const std::filesystem::path& folder);

}  // namespace rookery
