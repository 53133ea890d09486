// The auditor's look at a whole store: is every event the one that was signed for? Trusts nothing
// but public keys and, where given, checkpoints that were seen before.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/checkpoint.h"
#include "eventstore/rocksdb_event_log.h"

namespace rookery {

// What is wrong, and the first place where. Position 0: before the log's first event, or nowhere in
// particular.
struct AuditFinding {
  Shard shard = 0;
  std::uint64_t position = 0;
  std::optional<EntityId> stream;
  // "event", "archive", "log.leaf", "head.chain", "tree", "checkpoint.root", …; "file": RocksDB
  // cannot read what belongs here, the message names the file and the place in it.
  std::string field;
  std::string message;
};

struct AuditReport {
  std::uint64_t events = 0;
  std::uint64_t streams = 0;
  std::uint64_t checkpoints = 0;            // whose signatures and roots hold
  std::vector<TreeHead> trees;              // of each shard, recomputed from the events
  std::vector<std::uint64_t> signed_up_to;  // of each shard: events covered by a checkpoint
  std::optional<AuditFinding> first_bad;    // the earliest; nothing: all is as it was signed
};

struct AuditOptions {
  std::vector<NoteVerifier> keys;
  // Checkpoints seen earlier, signed notes: the store must still hold what they covered.
  std::vector<std::string> seen;
  // How many of how many events were read; called now and then. May be empty.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  rocksdb::Env* env = nullptr;  // as in RocksDbOptions
};

// Opens the store in `folder` read-only. Checks what check_store() does, the audit tree, and every
// checkpoint: signature, origin, root. Snapshots and kept answers are not judged: no proof stands
// on them. Memory stays bounded; 40 bytes an event go to an unlinked temporary file. Error: the
// folder is no store, or one of `seen` is not signed by a known key.
Result<AuditReport> verify_store(const std::filesystem::path& folder, const AuditOptions& options);

}  // namespace rookery
