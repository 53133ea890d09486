// The RocksDB database below the event log: its column families, options, opening and format.
// Private to eventstore/, its tests and its benchmark.
#pragma once

#include <rocksdb/db.h>

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/archive.h"
#include "eventstore/rocksdb_event_log.h"
#include "schemas/result.h"

namespace rookery {

inline constexpr std::uint32_t kStoreFormat = 1;     // of a new store
inline constexpr std::uint32_t kArchivedFormat = 2;  // of one that has archived events

// Order of the handles, not stored anywhere.
enum class Table : std::size_t {
  kDefault,
  kEvents,
  kLog,
  kSnapshots,
  kHeads,
  kTree,
  kAnswers,
  kMeta
};
inline constexpr std::array<const char*, 8> kTableNames = {"default", "ev",   "log",   "snap",
                                                           "head",    "tree", "dedup", "meta"};

rocksdb::DBOptions database_options(const std::filesystem::path& folder,
                                    const RocksDbOptions& options);
std::vector<rocksdb::ColumnFamilyDescriptor> table_descriptors(const RocksDbOptions& options);
rocksdb::WriteOptions synced_write();

// Makes the folder and those above it, and syncs each new name: without that a power failure takes
// the whole store away.
Status make_durable_folder(rocksdb::Env& env, const std::filesystem::path& folder);

// What column family `meta` says.
struct StoreMeta {
  std::uint32_t format = kStoreFormat;
  std::uint16_t shard_count = 1;
  std::uint64_t epoch = 1;  // highest one the store was ever opened with
  std::string identity;     // 32 hex digits by chance; empty in a store that has none yet
};

// An open database. Thread-safe, as RocksDB is.
class RocksDbTables {
 public:
  static Result<std::unique_ptr<RocksDbTables>> open(const std::filesystem::path& folder,
                                                     const RocksDbOptions& options);
  ~RocksDbTables();
  RocksDbTables(const RocksDbTables&) = delete;
  RocksDbTables& operator=(const RocksDbTables&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* of(Table table) const {
    return handles_[static_cast<std::size_t>(table)];
  }
  // Empty when the key is not there.
  Result<std::optional<std::string>> get(Table table, std::string_view key) const;
  std::unique_ptr<rocksdb::Iterator> iterate(Table table,
                                             const rocksdb::Slice* upper_bound = nullptr) const;
  // For one look at everything: reads far ahead, and leaves the cache to others.
  std::unique_ptr<rocksdb::Iterator> walk(Table table) const;
  const StoreMeta& meta() const { return meta_; }
  const Archive& archive() const { return archive_; }
  // Puts the segment on record, or on record anew, with the format that knows of such. Durable.
  // archive() stays as it was opened.
  Status record_segment(const SegmentRecord& record);
  const std::filesystem::path& folder() const { return folder_; }

 private:
  RocksDbTables() = default;
  Status open_database(const RocksDbOptions& options);
  Status adopt_meta(const RocksDbOptions& options);
  Result<bool> newborn() const;
  Status read_meta();
  Status read_segments();
  Status write_meta();

  std::filesystem::path folder_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  StoreMeta meta_;
  Archive archive_;
};

// Opened for writing by its own rules: with the epoch it has.
Result<std::unique_ptr<RocksDbTables>> open_alone(const std::filesystem::path& folder,
                                                  rocksdb::Env* env = nullptr);

inline rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

// One line that says what happened to the store in `folder` and what to do.
Error store_error(const std::filesystem::path& folder, const rocksdb::Status& status);

}  // namespace rookery
