// Events wherever they lie: in column family `ev`, or archived.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/archive.h"
#include "eventstore/record_keys.h"
#include "eventstore/rocksdb_tables.h"

namespace rookery {

// The stored bytes; nothing when the event is neither here nor there. Error: it may be in a segment
// that is missing or damaged, or the disk's.
Result<std::optional<std::string>> stored_event(const RocksDbTables& tables, ArchiveReader& archive,
                                                Shard shard, const StreamPlace& place);

// All events in the order of their keys, as one iterator over `ev` would give them if nothing was
// archived. Used once, by one thread.
class StoredEventWalk {
 public:
  explicit StoredEventWalk(const RocksDbTables& tables);

  bool valid() const { return from_table_ || from_segment_ != nullptr; }
  void next();
  // As they stand in `ev`; until next().
  std::string_view key() const;
  std::string_view value() const;
  // After the walk. Error: of the database, or of the first segment that could not be read to its
  // end.
  Status status() const;

 private:
  void choose();

  const RocksDbTables& tables_;
  std::unique_ptr<rocksdb::Iterator> table_;
  std::vector<SegmentWalk> segments_;
  bool from_table_ = false;
  SegmentWalk* from_segment_ = nullptr;
  FixedBytes<26> segment_key_;
};

}  // namespace rookery
