// Caring for a store's files: copies of it, its size, its order on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "eventstore/checkpoint.h"
#include "eventstore/event_log.h"

namespace rookery {

// How much of how much is done; may be empty.
using FileProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

// A log that lives in files, also while it is written to.
class FileLog {
 public:
  virtual ~FileLog() = default;
  virtual Status back_up(const std::filesystem::path& folder) = 0;
};

// Makes `folder`, which must not be there yet, a store with everything that was durable before the
// call, and goes on writing meanwhile. On the same file system its files are shared, not copied.
// Error: the log is not in files, or the disk's.
Status back_up(EventLog& log, const std::filesystem::path& folder);
// The same of a store that nobody writes to.
Status back_up(const std::filesystem::path& store, const std::filesystem::path& folder);

struct RestoreOptions {
  // With these every event is checked against what they signed; without, against its own hashes.
  std::vector<NoteVerifier> keys;
  FileProgress progress;  // bytes
};
// Copies a backup to `folder`, which must not hold anything, and checks all of it before it takes
// its place there. After an Error nothing is left in `folder`; the backup is only read.
Status restore_store(const std::filesystem::path& backup, const std::filesystem::path& folder,
                     const RestoreOptions& options);

struct StoreStat {
  struct Family {
    std::string name;
    std::uint64_t records = 0;  // RocksDB's estimate: rewritten records count until compacted
    std::uint64_t bytes = 0;    // of its sorted files
  };
  struct Log {
    std::uint64_t events = 0;
    std::uint64_t signed_events = 0;  // covered by the newest checkpoint, whose signature is not
                                      // checked here
  };
  struct Archived {
    std::uint64_t segments = 0;
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> problems;  // a line for each segment that is missing or broken
  };
  std::string identity;
  std::uint64_t epoch = 0;
  std::uint64_t bytes = 0;  // all files of the folder
  Archived archived;
  std::vector<Log> shards;
  std::vector<Family> families;
};
// Reads only, also while a server writes.
Result<StoreStat> stat_store(const std::filesystem::path& folder);

// Sorts everything anew, so that rewritten and deleted records give their room back. Needs the
// store for itself. Progress counts column families.
Status compact_store(const std::filesystem::path& folder, const FileProgress& progress);

}  // namespace rookery
