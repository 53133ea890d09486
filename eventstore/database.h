// The RocksDB database behind the log: column families, options, opening.
#pragma once

#include <rocksdb/db.h>

#include <array>
#include <filesystem>
#include <memory>

#include "eventstore/event_log.h"
#include "eventstore/rocksdb_event_log.h"

namespace rookery {

enum class Family { kEvents, kLog, kHeads, kDedup, kSnapshots, kTree, kMeta };
inline constexpr std::size_t kFamilies = 7;

// Closes the families and the database, in that order.
class Database {
 public:
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& folder,
                                                const RocksDbOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }
  std::uint16_t shard_count() const { return shard_count_; }

  // Empty when there is no such key.
  Result<std::optional<std::string>> get(Family family, const std::string& key) const;

 private:
  Database() = default;
  Status read_or_write_birth_record(const RocksDbOptions& options);

  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> handles_{};
  std::uint16_t shard_count_ = 1;
};

}  // namespace rookery
