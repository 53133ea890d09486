// Moves closed history out of the database into sealed segments beside it. What is archived is read
// as before; proofs, tree and heads stay as they are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "eventstore/rocksdb_event_log.h"
#include "eventstore/signed_note.h"
#include "eventstore/store_files.h"

namespace rookery {

struct ArchiveOptions {
  // Either all of one stream's events, or, from the log's beginning, those before the first that
  // happened at `before_us` (microseconds since 1970, UTC) or later. Of both only events that a
  // checkpoint covers.
  std::optional<EntityId> stream;
  std::int64_t before_us = 0;
  std::vector<NoteSigner> signers;  // the log's own keys; at least one
  FileProgress progress;            // events looked at
  rocksdb::Env* env = nullptr;      // as in RocksDbOptions
};

struct ArchiveReport {
  std::uint64_t events = 0;
  std::uint64_t segments = 0;
  std::uint64_t event_bytes = 0;  // as they were stored
  std::uint64_t file_bytes = 0;
};

// Needs the store for itself. Each segment is written, synced and read back, every event compared
// with its leaf in the log, before the database drops the first of them; a crash at any step leaves
// each event in at least one place, and the next call goes on. Error: an event is not the one that
// the log names (nothing of its segment is dropped), or the disk's.
Result<ArchiveReport> archive_store(const std::filesystem::path& folder,
                                    const ArchiveOptions& options);

}  // namespace rookery
