// Which file of a database that does not open is broken: RocksDB often names another, or none.
#pragma once

#include <rocksdb/env.h>

#include <filesystem>
#include <string>

namespace rookery {

// Reads all sorted files, so it takes its time. "file 000012.sst: block checksum mismatch …"; where
// the sorted files are whole, the write-ahead logs; empty: there is nothing to suspect.
std::string find_broken_files(rocksdb::Env& env, const std::filesystem::path& folder);

}  // namespace rookery
