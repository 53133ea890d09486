// E5: the event log on RocksDB. Key layout and grammar: FORMAT.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "eventstore/event_log.h"

namespace rocksdb {
class Env;
}

namespace rookery {

struct RocksDbOptions {
  std::uint16_t shard_count = 1;  // fixed when the store is born; later values are ignored
  std::uint64_t epoch = 1;        // fencing number written into every event
  bool read_only = false;         // opens a copy (or a live store) for audit, writes nothing
  rocksdb::Env* env = nullptr;    // the disk; nullptr: the system's. Tests bring one that fails
  std::size_t write_buffer_bytes = 0;  // of each column family before it is sorted; 0: the usual
};

// Opens or creates the store in `folder`. Errors: another process holds it, it is damaged, or its
// format is newer than this build; the message says which and what to do.
Result<std::unique_ptr<EventLog>> open_rocksdb_event_log(const std::filesystem::path& folder,
                                                         const RocksDbOptions& options);

}  // namespace rookery
