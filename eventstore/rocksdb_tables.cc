#include "eventstore/rocksdb_tables.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <optional>

#include "eventstore/broken_files.h"
#include "eventstore/manifest_mark.h"
#include "schemas/bounded_decode.h"

namespace rookery {
namespace {

// RocksDB's warnings go to the store's file LOG, or nowhere when it is opened read-only: an audited
// folder must stay as it is. RocksDB's own logger aborts the process when the disk is full.
class WarningLog : public rocksdb::Logger {
 public:
  explicit WarningLog(std::FILE* file)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), file_(file) {}
  ~WarningLog() override {
    if (file_ != nullptr) std::fclose(file_);
  }
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    if (file_ == nullptr) return;
    std::array<char, 1024> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    const std::time_t now = std::time(nullptr);
    std::fprintf(file_, "%lld %s\n", static_cast<long long>(now), line.data());
    std::fflush(file_);
  }

 private:
  std::FILE* file_;
};

constexpr std::size_t kReadaheadBytes = 1 << 20;
constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kShardsKey = "shards";
constexpr std::string_view kEpochKey = "epoch";
constexpr std::string_view kIdentityKey = "identity";

template <class T>
std::string number_bytes(T value) {
  const auto bytes = ByteWriter().number(value).release();
  return {bytes.begin(), bytes.end()};
}

template <class T>
bool parse_number(const std::string& bytes, T& out) {
  ByteReader reader({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  out = reader.number<T>();
  return reader.done();
}

// Leading bytes of the keys below which records mostly arrive in order: the memtable then finds
// the place of the next one without a search from the top.
std::size_t append_prefix_bytes(const std::string& table) {
  if (table == "ev") return 2 + 16;  // shard, stream
  if (table == "log") return 2;      // shard
  if (table == "head") return 16;    // stream: every write replaces the last
  return 0;
}

std::string make_identity() {
  std::array<std::uint8_t, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

Error newer_format(const std::filesystem::path& folder, const std::string& what) {
  return Error{"store " + folder.string() + " has " + what +
               ", newer than this build; use a newer one"};
}

// RocksDB opens only when told of every family; one that we do not know is a newer build's.
Status check_table_names(const std::filesystem::path& folder, const rocksdb::DBOptions& options) {
  std::vector<std::string> names;
  const auto status = rocksdb::DB::ListColumnFamilies(options, folder.string(), &names);
  if (!status.ok()) return store_error(folder, status);
  for (const auto& name : names) {
    if (std::find(kTableNames.begin(), kTableNames.end(), name) == kTableNames.end()) {
      return newer_format(folder, "the column family '" + name + "'");
    }
  }
  return Done{};
}

// RocksDB takes a folder without CURRENT for a new one and deletes what it finds there. A store
// whose making was interrupted has none of these files yet.
Status check_unborn(rocksdb::Env& env, const std::filesystem::path& folder) {
  std::vector<std::string> names;
  if (!env.GetChildren(folder.string(), &names).ok()) return Done{};
  for (const auto& name : names) {
    const bool later = name.starts_with("MANIFEST-") && name != "MANIFEST-000001";
    if (!later && !name.ends_with(".sst") && !name.ends_with(".log") &&
        !name.starts_with("OPTIONS-")) {
      continue;
    }
    return store_error(
        folder, rocksdb::Status::Corruption("file CURRENT is missing, but there is " + name));
  }
  return Done{};
}

Error opening_error(rocksdb::Env& env, const std::filesystem::path& folder,
                    const rocksdb::Status& status) {
  if (!status.IsCorruption()) return store_error(folder, status);
  const std::string text = status.ToString();
  const std::string broken = find_broken_files(env, folder);
  // A write-ahead log is suspected only where RocksDB names no file at all.
  const bool named = broken.ends_with(".log") && text.find(folder.string()) != std::string::npos;
  if (broken.empty() || named || text.find(broken.substr(5, 10)) != std::string::npos) {
    return store_error(folder, status);
  }
  return store_error(folder, rocksdb::Status::Corruption(broken, text));
}

}  // namespace

Status make_durable_folder(rocksdb::Env& env, const std::filesystem::path& folder) {
  const auto cannot = [&](const rocksdb::Status& status) {
    return Error{"cannot create folder " + folder.string() + ": " + status.ToString()};
  };
  bool is_folder = false;
  if (env.IsDirectory(folder.string(), &is_folder).ok() && is_folder) return Done{};
  const auto parent = folder.parent_path();
  if (!parent.empty() && parent != folder) {
    if (auto status = make_durable_folder(env, parent); !status) return status;
  }
  auto status = env.CreateDirIfMissing(folder.string());
  std::unique_ptr<rocksdb::Directory> above;
  if (status.ok()) status = env.NewDirectory(parent.empty() ? "." : parent.string(), &above);
  if (status.ok()) status = above->Fsync();
  if (!status.ok()) return cannot(status);
  return Done{};
}

rocksdb::DBOptions database_options(const std::filesystem::path& folder,
                                    const RocksDbOptions& wanted) {
  const bool read_only = wanted.read_only;
  rocksdb::DBOptions options;
  if (wanted.env != nullptr) options.env = wanted.env;
  options.create_if_missing = !read_only;
  options.create_missing_column_families = !read_only;
  options.paranoid_checks = true;
  options.recycle_log_file_num = 0;
  options.track_and_verify_wals_in_manifest = true;
  // A record that was only half written when the machine stopped was never acknowledged. Anything
  // else wrong in the WAL must stop us; point-in-time recovery would drop acknowledged events.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.max_bgerror_resume_count = 0;  // fail-stop: never go on after an I/O error by itself
  options.max_total_wal_size = 256 << 20;
  options.max_open_files = 512;
  options.max_background_jobs = 2;
  if (!read_only) options.listeners.push_back(manifest_marker());
  const bool silent = read_only || wanted.env != nullptr;
  options.info_log =
      std::make_shared<WarningLog>(silent ? nullptr : std::fopen((folder / "LOG").c_str(), "a"));
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> table_descriptors(const RocksDbOptions& wanted) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(64 << 20);
  table.format_version = 5;
  rocksdb::BlockBasedTableOptions filtered = table;
  filtered.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  filtered.whole_key_filtering = true;

  std::vector<rocksdb::ColumnFamilyDescriptor> tables;
  for (const std::string name : kTableNames) {
    rocksdb::ColumnFamilyOptions options;
    const bool looked_up = name == "head" || name == "dedup";
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(looked_up ? filtered : table));
    options.write_buffer_size = name == "ev" ? 64 << 20 : 32 << 20;
    if (wanted.write_buffer_bytes > 0) options.write_buffer_size = wanted.write_buffer_bytes;
    if (const std::size_t prefix = append_prefix_bytes(name); prefix > 0) {
      options.memtable_insert_with_hint_prefix_extractor.reset(
          rocksdb::NewFixedPrefixTransform(prefix));
    }
    tables.emplace_back(name, options);
  }
  return tables;
}

rocksdb::WriteOptions synced_write() {
  rocksdb::WriteOptions options;
  options.sync = true;
  options.disableWAL = false;
  return options;
}

Error store_error(const std::filesystem::path& folder, const rocksdb::Status& status) {
  const std::string text = status.ToString();
  const std::string store = "store " + folder.string();
  if (text.find("LOCK") != std::string::npos || text.find("lock hold") != std::string::npos) {
    return Error{store + " is in use by another process; stop it, or open read-only (" + text +
                 ")"};
  }
  if (status.IsCorruption()) {
    return Error{store + " is damaged; keep the folder and restore from a copy (" + text + ")"};
  }
  if (status.IsNoSpace()) {
    return Error{store + ": the disk is full; free space and restart (" + text + ")"};
  }
  return Error{store + ": " + text + "; see to the disk and restart"};
}

Result<std::unique_ptr<RocksDbTables>> RocksDbTables::open(const std::filesystem::path& folder,
                                                           const RocksDbOptions& options) {
  if (options.shard_count == 0) return Error{"a store needs at least one shard"};
  std::unique_ptr<RocksDbTables> tables(new RocksDbTables);
  tables->folder_ = folder;
  if (auto status = tables->open_database(options); !status) return status.error();
  if (auto status = tables->adopt_meta(options); !status) return status.error();
  if (auto status = tables->read_segments(); !status) return status.error();
  return tables;
}

Status RocksDbTables::open_database(const RocksDbOptions& wanted) {
  rocksdb::Env& env = wanted.env != nullptr ? *wanted.env : *rocksdb::Env::Default();
  const bool exists = env.FileExists((folder_ / "CURRENT").string()).ok();
  if (!exists) {
    if (auto unborn = check_unborn(env, folder_); !unborn) return unborn;
  }
  if (wanted.read_only && !exists) {
    return Error{"no store in " + folder_.string() + "; check the path"};
  }
  if (!wanted.read_only) {
    if (auto made = make_durable_folder(env, folder_); !made) return made;
  }
  const auto options = database_options(folder_, wanted);
  if (exists) {
    if (auto mark = check_manifest_mark(env, folder_); !mark) return mark;
    if (auto names = check_table_names(folder_, options); !names) return names;
  }
  const auto families = table_descriptors(wanted);
  rocksdb::DB* db = nullptr;
  const auto status =
      wanted.read_only
          ? rocksdb::DB::OpenForReadOnly(options, folder_.string(), families, &handles_, &db)
          : rocksdb::DB::Open(options, folder_.string(), families, &handles_, &db);
  if (!status.ok()) return opening_error(env, folder_, status);
  db_.reset(db);
  return wanted.read_only ? Done{} : write_manifest_mark(*db_);
}

RocksDbTables::~RocksDbTables() {
  if (!db_) return;
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->Close();
}

Result<std::unique_ptr<RocksDbTables>> open_alone(const std::filesystem::path& folder,
                                                  rocksdb::Env* env) {
  RocksDbOptions options;
  options.env = env;
  {
    options.read_only = true;
    const auto tables = RocksDbTables::open(folder, options);
    if (!tables) return tables.error();
    options.epoch = (*tables)->meta().epoch;
  }
  options.read_only = false;
  return RocksDbTables::open(folder, options);
}

Result<std::optional<std::string>> RocksDbTables::get(Table table, std::string_view key) const {
  std::string value;
  const auto status = db_->Get(rocksdb::ReadOptions(), of(table), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return store_error(folder_, status);
  return std::optional<std::string>(std::move(value));
}

std::unique_ptr<rocksdb::Iterator> RocksDbTables::iterate(Table table,
                                                          const rocksdb::Slice* upper_bound) const {
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = upper_bound;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, of(table)));
}

std::unique_ptr<rocksdb::Iterator> RocksDbTables::walk(Table table) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = kReadaheadBytes;
  return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, of(table)));
}

Status RocksDbTables::adopt_meta(const RocksDbOptions& options) {
  auto born = newborn();
  if (!born) return born.error();
  if (*born) {
    if (options.read_only) return Error{"store " + folder_.string() + " is still empty"};
    meta_ = {kStoreFormat, options.shard_count, options.epoch, make_identity()};
    return write_meta();
  }
  if (auto status = read_meta(); !status) return status;
  const bool complete = options.epoch == meta_.epoch && !meta_.identity.empty();
  if (options.read_only || complete) return Done{};
  if (options.epoch < meta_.epoch) {
    return Error{"store " + folder_.string() + " was already opened with epoch " +
                 std::to_string(meta_.epoch) + ", a later owner's; epoch " +
                 std::to_string(options.epoch) + " may not write to it"};
  }
  meta_.epoch = options.epoch;
  if (meta_.identity.empty()) meta_.identity = make_identity();
  return write_meta();
}

// True for a database whose first opening never got as far as its meta records.
Result<bool> RocksDbTables::newborn() const {
  for (const Table table : {Table::kMeta, Table::kLog, Table::kEvents, Table::kHeads}) {
    const auto it = iterate(table);
    it->SeekToFirst();
    if (!it->status().ok()) return store_error(folder_, it->status());
    if (it->Valid()) return false;
  }
  return true;
}

Status RocksDbTables::read_meta() {
  const auto format = get(Table::kMeta, kFormatKey);
  if (!format) return format.error();
  if (*format && parse_number(**format, meta_.format) && meta_.format > kArchivedFormat) {
    return newer_format(folder_, "format " + std::to_string(meta_.format));
  }
  const auto shards = get(Table::kMeta, kShardsKey);
  if (!shards) return shards.error();
  const auto epoch = get(Table::kMeta, kEpochKey);
  if (!epoch) return epoch.error();
  const auto identity = get(Table::kMeta, kIdentityKey);
  if (!identity) return identity.error();
  meta_.identity = identity->value_or("");
  if (*format && *shards && *epoch && meta_.format >= kStoreFormat &&
      parse_number(**shards, meta_.shard_count) && meta_.shard_count > 0 &&
      parse_number(**epoch, meta_.epoch)) {
    return Done{};
  }
  return store_error(folder_, rocksdb::Status::Corruption("meta records are missing or broken"));
}

Status RocksDbTables::read_segments() {
  std::vector<SegmentRecord> records;
  const auto it = iterate(Table::kMeta);
  for (it->Seek(slice(segment_key(0))); it->Valid(); it->Next()) {
    const auto number = decode_segment_key(it->key().ToStringView());
    if (!number) break;
    const auto record = decode_segment_record(*number, it->value().ToStringView());
    if (!record) {
      return store_error(folder_, rocksdb::Status::Corruption("broken record of a segment"));
    }
    records.push_back(*record);
  }
  if (!it->status().ok()) return store_error(folder_, it->status());
  archive_ = Archive::open(*db_->GetEnv(), folder_, meta_.identity, std::move(records));
  return Done{};
}

Status RocksDbTables::record_segment(const SegmentRecord& record) {
  meta_.format = kArchivedFormat;
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  auto* meta = of(Table::kMeta);
  auto status = batch.Put(meta, slice(kFormatKey), number_bytes(meta_.format));
  if (status.ok()) {
    status = batch.Put(meta, slice(segment_key(record.number)), encode_segment_record(record));
  }
  if (status.ok()) status = db_->Write(synced_write(), &batch);
  if (!status.ok()) return store_error(folder_, status);
  return Done{};
}

Status RocksDbTables::write_meta() {
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  auto* meta = of(Table::kMeta);
  rocksdb::Status status = batch.Put(meta, slice(kFormatKey), number_bytes(meta_.format));
  if (status.ok()) status = batch.Put(meta, slice(kShardsKey), number_bytes(meta_.shard_count));
  if (status.ok()) status = batch.Put(meta, slice(kEpochKey), number_bytes(meta_.epoch));
  if (status.ok()) status = batch.Put(meta, slice(kIdentityKey), slice(meta_.identity));
  if (status.ok()) status = db_->Write(synced_write(), &batch);
  if (!status.ok()) return store_error(folder_, status);
  return Done{};
}

}  // namespace rookery
