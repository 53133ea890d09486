// How long the database's MANIFEST was when it was last changed. RocksDB takes a MANIFEST that was
// cut behind any of its records for whole, and deletes the sorted files that it no longer names.
// The file MARK beside it (FORMAT.md) tells.
#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>

#include "schemas/result.h"

namespace rookery {

// Before the database is opened. Error: MANIFEST is shorter or older than it was, or MARK is
// broken. A store without MARK is one of an earlier build, or a backup.
Status check_manifest_mark(rocksdb::Env& env, const std::filesystem::path& folder);

Status write_manifest_mark(rocksdb::DB& db);

// Writes it again after each flush and compaction.
std::shared_ptr<rocksdb::EventListener> manifest_marker();

}  // namespace rookery
