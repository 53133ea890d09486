#include "eventstore/database.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <vector>

#include "eventstore/keys.h"

namespace rookery {
namespace {

// Embedded in stored data: never change these.
constexpr std::array<const char*, kFamilies> kFamilyNames = {"ev",   "log",  "head", "dedup",
                                                             "snap", "tree", "meta"};
constexpr std::uint64_t kFormat = 1;
constexpr char kBirthKey[] = "birth";  // format u32, shard count u16, big-endian

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  options.recycle_log_file_num = 0;
  options.track_and_verify_wals_in_manifest = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_total_wal_size = 256 << 20;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1 << 20;
  options.keep_log_file_num = 4;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(Family family) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 32 << 20;
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 16 << 10;
  table.format_version = 5;
  // Point look-ups that mostly find nothing.
  if (family == Family::kHeads || family == Family::kDedup) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

std::string explain(const std::filesystem::path& folder, const rocksdb::Status& status) {
  const std::string text = status.ToString();
  if (text.find("lock") != std::string::npos) {
    return folder.string() + ": another process holds this store: stop it first (" + text + ")";
  }
  if (status.IsCorruption()) {
    return folder.string() + ": the store is damaged: restore a copy (" + text + ")";
  }
  return folder.string() + ": the store cannot be opened: " + text;
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& folder,
                                                 const RocksDbOptions& options) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t i = 0; i < kFamilies; ++i) {
    families.emplace_back(kFamilyNames[i], family_options(static_cast<Family>(i)));
  }
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  std::error_code ignored;
  if (!options.read_only) std::filesystem::create_directories(folder, ignored);
  std::unique_ptr<Database> database(new Database);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(database_options(), folder.string(), families, &handles,
                                         &db)
          : rocksdb::DB::Open(database_options(), folder.string(), families, &handles, &db);
  if (!status.ok()) return Error{explain(folder, status)};
  database->db_.reset(db);
  for (std::size_t i = 0; i < kFamilies; ++i) database->handles_[i] = handles[i];
  db->DestroyColumnFamilyHandle(handles.back());
  if (const Status birth = database->read_or_write_birth_record(options); !birth) {
    return Error{folder.string() + ": " + birth.error().message};
  }
  return database;
}

Database::~Database() {
  for (auto* handle : handles_) {
    if (handle != nullptr) db_->DestroyColumnFamilyHandle(handle);
  }
}

Status Database::read_or_write_birth_record(const RocksDbOptions& options) {
  auto record = get(Family::kMeta, kBirthKey);
  if (!record) return record.error();
  if (*record) {
    if ((*record)->size() != 6) return Error{"the birth record is damaged: restore a copy"};
    const std::uint64_t format = big_endian(**record, 0, 4);
    if (format != kFormat) {
      return Error{"the store has format " + std::to_string(format) + ", this build knows " +
                   std::to_string(kFormat) + ": use the build that wrote it, or a newer one"};
    }
    shard_count_ = static_cast<std::uint16_t>(big_endian(**record, 4, 2));
    if (shard_count_ == 0) return Error{"the birth record is damaged: restore a copy"};
    return Done{};
  }
  if (options.read_only) return Error{"this is no event store, or it was never finished"};
  if (options.shard_count == 0) return Error{"a store has at least one shard"};
  shard_count_ = options.shard_count;
  std::string birth;
  put_big_endian(birth, kFormat, 4);
  put_big_endian(birth, shard_count_, 2);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const auto status = db_->Put(synced, family(Family::kMeta), kBirthKey, birth);
  if (!status.ok()) return Error{"cannot write: " + status.ToString()};
  return Done{};
}

Result<std::optional<std::string>> Database::get(Family family_name, const std::string& key) const {
  std::string value;
  const auto status = db_->Get(rocksdb::ReadOptions(), family(family_name), key, &value);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return Error{"cannot read the store: " + status.ToString()};
  return std::optional<std::string>{std::move(value)};
}

}  // namespace rookery
