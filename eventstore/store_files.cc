#include "eventstore/store_files.h"

#include <fcntl.h>
#include <rocksdb/utilities/checkpoint.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "eventstore/rocksdb_tables.h"
#include "eventstore/store_check.h"
#include "eventstore/stored_backup.h"
#include "eventstore/verifier.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCopyBytes = 1 << 20;

Error cannot(const std::string& what, const fs::path& path, const std::string& why) {
  return Error{"cannot " + what + " " + path.string() + ": " + why};
}
Error cannot(const std::string& what, const fs::path& path) {
  return cannot(what, path, std::strerror(errno));
}

class File {
 public:
  File(const fs::path& path, int flags)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Status sync_folder(const fs::path& folder) {
  const File file(folder, O_RDONLY | O_DIRECTORY);
  if (file.get() < 0 || ::fsync(file.get()) != 0) return cannot("sync", folder);
  return Done{};
}

Status copy_file(const fs::path& from, const fs::path& to,
                 const std::function<void(std::size_t)>& copied) {
  const File in(from, O_RDONLY);
  if (in.get() < 0) return cannot("read", from);
  const File out(to, O_WRONLY | O_CREAT | O_EXCL);
  if (out.get() < 0) return cannot("write", to);
  const auto buffer = std::make_unique<std::array<char, kCopyBytes>>();
  while (true) {
    const ssize_t size = ::read(in.get(), buffer->data(), buffer->size());
    if (size < 0) return cannot("read", from);
    if (size == 0) break;
    for (ssize_t done = 0; done < size;) {
      const ssize_t wrote = ::write(out.get(), buffer->data() + done, size - done);
      if (wrote < 0) return cannot("write", to);
      done += wrote;
    }
    copied(static_cast<std::size_t>(size));
  }
  if (::fsync(out.get()) != 0) return cannot("sync", to);
  return Done{};
}

// A store's folder holds plain files only; anything else does not come from a store.
Result<std::vector<fs::directory_entry>> files_of(const fs::path& folder) {
  std::error_code failure;
  std::vector<fs::directory_entry> files;
  for (fs::directory_iterator it(folder, failure), end; !failure && it != end;
       it.increment(failure)) {
    const std::string name = it->path().filename().string();
    if (name == "LOCK" || name == "LOG") continue;  // of the process that had it open
    if (!it->is_regular_file(failure) || it->is_symlink(failure)) {
      return cannot("copy", it->path(), "a store holds plain files only");
    }
    files.push_back(*it);
  }
  if (failure) return cannot("read", folder, failure.message());
  return files;
}

Status copy_store(const fs::path& from, const fs::path& to, const FileProgress& progress) {
  const auto files = files_of(from);
  if (!files) return files.error();
  std::uint64_t total = 0;
  std::error_code ignored;
  for (const auto& file : *files) total += file.file_size(ignored);
  std::uint64_t done = 0;
  for (const auto& file : *files) {
    const auto status = copy_file(file.path(), to / file.path().filename(), [&](std::size_t size) {
      done += size;
      if (progress) progress(done, total);
    });
    if (!status) return status;
  }
  return sync_folder(to);
}

Status check_whole(const fs::path& folder, const std::vector<NoteVerifier>& keys) {
  if (keys.empty()) {
    const auto checked = check_store(folder);
    return checked ? Status(Done{}) : checked.error();
  }
  AuditOptions options;
  options.keys = keys;
  const auto report = verify_store(folder, options);
  if (!report) return report.error();
  if (!report->first_bad) return Done{};
  return Error{"position " + std::to_string(report->first_bad->position) + ", " +
               report->first_bad->field + ": " + report->first_bad->message};
}

std::uint64_t number_property(const RocksDbTables& tables, Table table, const std::string& name) {
  std::uint64_t value = 0;
  tables.db().GetIntProperty(tables.of(table), name, &value);
  return value;
}

// Segments never change, so that a second name is as good as a copy.
Status copy_segments(const RocksDbTables& tables, const fs::path& folder) {
  for (const auto& stored : tables.archive().segments()) {
    if (!stored->segment) return Error{stored->problem};
    const fs::path to = folder / stored->file.filename();
    std::error_code failure;
    fs::create_hard_link(stored->file, to, failure);
    if (!failure) continue;
    if (auto status = copy_file(stored->file, to, [](std::size_t) {}); !status) return status;
  }
  return sync_folder(folder);
}

}  // namespace

Status back_up_tables(const RocksDbTables& tables, const fs::path& folder) {
  std::error_code failure;
  if (fs::exists(folder, failure)) {
    return cannot("back up to", folder, "it is there already; name another");
  }
  if (!fs::create_directories(folder.parent_path(), failure) && failure) {
    return cannot("make", folder.parent_path(), failure.message());
  }
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(&tables.db(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(folder.string());
  if (!status.ok()) return store_error(tables.folder(), status);
  if (auto segments = copy_segments(tables, folder); !segments) return segments;
  return sync_folder(folder.parent_path());
}

Status back_up(EventLog& log, const fs::path& folder) {
  auto* files = dynamic_cast<FileLog*>(&log);
  if (files == nullptr) return Error{"this log is not kept in files: there is nothing to back up"};
  return files->back_up(fs::absolute(folder));
}

Status back_up(const fs::path& store, const fs::path& folder) {
  const auto tables = open_alone(store);
  if (!tables) return tables.error();
  return back_up_tables(**tables, fs::absolute(folder));
}

Status restore_store(const fs::path& backup, const fs::path& folder,
                     const RestoreOptions& options) {
  std::error_code failure;
  if (!fs::exists(backup / "CURRENT", failure)) {
    return cannot("restore", backup, "there is no store in it");
  }
  const fs::path target = fs::absolute(folder);
  if (fs::exists(target, failure) && !fs::is_empty(target, failure)) {
    return cannot("restore to", target, "it holds something already; move that away first");
  }
  const fs::path unfinished = target.string() + ".unfinished";
  fs::remove_all(unfinished, failure);
  if (!fs::create_directories(unfinished, failure)) {
    return cannot("make", unfinished, failure.message());
  }
  auto status = copy_store(backup, unfinished, options.progress);
  if (status) {
    status = check_whole(unfinished, options.keys);
    if (!status) status = cannot("restore", backup, "it is not whole: " + status.error().message);
  }
  if (status) {
    fs::remove(target, failure);  // an empty folder
    fs::rename(unfinished, target, failure);
    if (failure) status = cannot("rename", unfinished, failure.message());
  }
  if (!status) {
    fs::remove_all(unfinished, failure);
    return status;
  }
  return sync_folder(target.parent_path());
}

Result<StoreStat> stat_store(const fs::path& folder) {
  const auto log = open_rocksdb_event_log(folder, {.read_only = true});
  if (!log) return log.error();
  const auto tables = RocksDbTables::open(folder, {.read_only = true});
  if (!tables) return tables.error();
  StoreStat stat;
  stat.identity = (*tables)->meta().identity;
  stat.epoch = (*tables)->meta().epoch;
  for (Shard shard = 0; shard < (*log)->shard_count(); ++shard) {
    StoreStat::Log one;
    one.events = (*log)->last_position(shard);
    const auto read = (*log)->read_checkpoints(shard, 0, [&](std::uint64_t size, const auto&) {
      one.signed_events = size;
      return true;
    });
    if (!read) return read.error();
    stat.shards.push_back(one);
  }
  for (std::size_t i = 0; i < kTableNames.size(); ++i) {
    const auto table = static_cast<Table>(i);
    if (table == Table::kDefault) continue;
    stat.families.push_back({kTableNames[i],
                             number_property(**tables, table, "rocksdb.estimate-num-keys"),
                             number_property(**tables, table, "rocksdb.total-sst-files-size")});
  }
  for (const auto& stored : (*tables)->archive().segments()) {
    ++stat.archived.segments;
    stat.archived.events += stored->record.events;
    stat.archived.bytes += stored->record.bytes;
    if (!stored->segment) stat.archived.problems.push_back(stored->problem);
  }
  std::error_code failure;
  for (fs::directory_iterator it(folder, failure), end; !failure && it != end;
       it.increment(failure)) {
    std::error_code gone;  // a live store's files come and go
    const auto size = it->file_size(gone);
    if (!gone) stat.bytes += size;
  }
  return stat;
}

Status compact_store(const fs::path& folder, const FileProgress& progress) {
  const auto tables = open_alone(folder);
  if (!tables) return tables.error();
  for (std::size_t i = 0; i < kTableNames.size(); ++i) {
    if (progress) progress(i, kTableNames.size());
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    const auto status = (*tables)->db().CompactRange(options, (*tables)->of(static_cast<Table>(i)),
                                                     nullptr, nullptr);
    if (!status.ok()) return store_error(folder, status);
  }
  if (progress) progress(kTableNames.size(), kTableNames.size());
  return Done{};
}

}  // namespace rookery
