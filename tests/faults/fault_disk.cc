#include "tests/faults/fault_disk.h"

#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>

#include <algorithm>
#include <cassert>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace rookery::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr std::size_t kHistoryMax = 64;
constexpr std::size_t kGarbageBytesMax = 512;  // a sector

struct Node;
using NodePointer = std::shared_ptr<Node>;
// Names that change together; without a node: the name goes.
using Naming = std::vector<std::pair<std::string, NodePointer>>;

// A file or a folder.
struct Node {
  bool folder = false;
  std::string bytes;
  std::size_t synced = 0;  // bytes that are on the platter
  bool doomed = false;     // a sync failed: nothing more gets there
  std::map<std::string, NodePointer> names;
  std::map<std::string, NodePointer> synced_names;
  std::vector<Naming> unsynced_names;  // in their order
};

void rename(std::map<std::string, NodePointer>& names, const Naming& naming) {
  for (const auto& [name, node] : naming) {
    if (node) {
      names[name] = node;
    } else {
      names.erase(name);
    }
  }
}

void lose(Node& node, PowerLoss loss, std::uint64_t seed) {
  std::uint64_t drawn = 0;
  const auto draw = [&](std::size_t below) { return mixed(seed, ++drawn) % below; };
  if (!node.folder) {
    const std::size_t unsynced = node.bytes.size() - node.synced;
    if (unsynced == 0) return;
    // Often nothing or all of it: both ends are where mistakes live.
    const auto way = draw(4);
    const std::size_t kept = way == 0 ? 0 : way == 1 ? unsynced : draw(unsynced + 1);
    node.bytes.resize(node.synced + kept);
    if (loss == PowerLoss::kLeavesGarbage) {
      for (std::size_t i = draw(std::min(kept, kGarbageBytesMax) + 1); i > 0; --i) {
        node.bytes[node.bytes.size() - i] = static_cast<char>(draw(256));
      }
    }
    node.synced = node.bytes.size();
    return;
  }
  const std::size_t kept = draw(node.unsynced_names.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) rename(node.synced_names, node.unsynced_names[i]);
  node.unsynced_names.clear();
  node.names = node.synced_names;
  for (const auto& [name, child] : node.names) {
    lose(*child, loss, mixed(seed, std::hash<std::string>()(name)));
  }
}

void keep_all(Node& node) {
  node.synced = node.bytes.size();
  node.doomed = false;
  node.synced_names = node.names;
  node.unsynced_names.clear();
  for (const auto& [name, child] : node.names) keep_all(*child);
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  for (const auto& part : std::filesystem::path(path).relative_path()) {
    if (!part.empty()) parts.push_back(part.string());
  }
  return parts;
}

IOStatus not_found(const std::string& path) { return IOStatus::PathNotFound(path); }

class Lock : public rocksdb::FileLock {
 public:
  explicit Lock(std::string path) : path(std::move(path)) {}
  const std::string path;
};

// RocksDB sleeps a second after each failure in the background; nobody here has the time.
class HastyClock : public rocksdb::SystemClockWrapper {
 public:
  HastyClock() : rocksdb::SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "HastyClock"; }
  void SleepForMicroseconds(int micros) override {
    rocksdb::SystemClockWrapper::SleepForMicroseconds(std::min(micros, 200));
  }
};

class DiskEnv : public rocksdb::EnvWrapper {
 public:
  explicit DiskEnv(const std::shared_ptr<rocksdb::FileSystem>& files)
      : rocksdb::EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = files;
    system_clock_ = std::make_shared<HastyClock>();
  }
  const char* Name() const override { return "DiskEnv"; }
};

}  // namespace

std::uint64_t mixed(std::uint64_t seed, std::uint64_t number) {
  // splitmix64, by Steele, Lea and Flood.
  std::uint64_t mix = seed * 0x9e3779b97f4a7c15 + number + 0x9e3779b97f4a7c15;
  mix = (mix ^ (mix >> 30)) * 0xbf58476d1ce4e5b9;
  mix = (mix ^ (mix >> 27)) * 0x94d049bb133111eb;
  return mix ^ (mix >> 31);
}

class FaultDisk::Files : public rocksdb::FileSystem {
 public:
  const char* Name() const override { return "FaultDisk"; }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* context) override;
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext* context) override;
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* context) override;
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* result,
                        IODebugContext* context) override;

  IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    return find(path) ? IOStatus::OK() : IOStatus::NotFound(path);
  }
  IOStatus GetChildren(const std::string& path, const IOOptions&, std::vector<std::string>* result,
                       IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    const auto node = find(path);
    if (!node || !node->folder) return IOStatus::NotFound(path);
    result->clear();
    for (const auto& [name, child] : node->names) result->push_back(name);
    return IOStatus::OK();
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
    return unname(path, "delete");
  }
  IOStatus DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) override {
    return unname(path, "delete folder");
  }
  IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    if (find(path)) return IOStatus::IOError(path, "it is there already");
    return make_folder(path);
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    return find(path) ? IOStatus::OK() : make_folder(path);
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                       IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    const auto node = find(path);
    if (!node) return not_found(path);
    *size = node->bytes.size();
    return IOStatus::OK();
  }
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t* time,
                                   IODebugContext*) override {
    *time = 0;
    return IOStatus::OK();
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                      IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    if (auto status = change("rename to", to); !status.ok()) return status;
    const auto node = find(from);
    const auto old_folder = folder_of(from);
    const auto new_folder = folder_of(to);
    if (!node || !new_folder) return not_found(from);
    if (old_folder == new_folder) {
      name(*old_folder, {{name_of(from), nullptr}, {name_of(to), node}});
    } else {
      name(*new_folder, {{name_of(to), node}});
      name(*old_folder, {{name_of(from), nullptr}});
    }
    return IOStatus::OK();
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions&,
                    IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    if (auto status = change("link to", to); !status.ok()) return status;
    const auto node = find(from);
    const auto folder = folder_of(to);
    if (!node || !folder) return not_found(from);
    name(*folder, {{name_of(to), node}});
    return IOStatus::OK();
  }
  IOStatus LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** result,
                    IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    if (!locks_.insert(path).second) return IOStatus::IOError("lock hold by this process", path);
    *result = new Lock(path);
    return IOStatus::OK();
  }
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
    const std::lock_guard guard(mutex_);
    const std::unique_ptr<Lock> held(static_cast<Lock*>(lock));
    locks_.erase(held->path);
    return IOStatus::OK();
  }
  IOStatus GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) override {
    *path = "/test";
    return IOStatus::OK();
  }
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* result,
                           IODebugContext*) override {
    *result = path;
    return IOStatus::OK();
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* result,
                       IODebugContext*) override {
    const std::lock_guard lock(mutex_);
    const auto node = find(path);
    if (!node) return not_found(path);
    *result = node->folder;
    return IOStatus::OK();
  }

  // Whether this change may happen. Under mutex_.
  IOStatus change(const std::string& what, const std::string& path, bool grows = false) {
    if (faults_.power_fails_after > 0 && changes_ >= faults_.power_fails_after) power_ = false;
    ++changes_;
    std::string outcome;
    IOStatus status = IOStatus::OK();
    if (!power_) {
      outcome = ": no power";
      status = IOStatus::IOError(path, "the power is off");
    } else if (full_ && grows) {
      outcome = ": full";
      status = IOStatus::NoSpace(path, "the disk is full");
    } else if (fails(path)) {
      full_ = faults_.full && grows;
      outcome = full_ ? ": runs full" : ": fails";
      status = full_ ? IOStatus::NoSpace(path, "the disk is full")
                     : IOStatus::IOError(path, "the disk failed");
      status.SetRetryable(faults_.retryable);
    }
    failed_ = failed_ || !status.ok();
    if (history_.size() == kHistoryMax) history_.pop_front();
    history_.push_back(std::to_string(changes_) + " " + what + " " + path + outcome);
    return status;
  }

  NodePointer find(const std::string& path) const {
    NodePointer node = root_;
    for (const auto& part : parts_of(path)) {
      const auto next = node->names.find(part);
      if (next == node->names.end()) return nullptr;
      node = next->second;
    }
    return node;
  }

  mutable std::mutex mutex_;
  NodePointer root_ = make_root();
  DiskFaults faults_;
  bool power_ = true;
  bool full_ = false;
  bool failed_ = false;
  std::uint64_t changes_ = 0;
  std::map<std::string, std::uint64_t> changes_of_;
  std::deque<std::string> history_;
  std::set<std::string> locks_;

 private:
  static NodePointer make_root() {
    auto root = std::make_shared<Node>();
    root->folder = true;
    return root;
  }
  static std::string name_of(const std::string& path) { return parts_of(path).back(); }
  NodePointer folder_of(const std::string& path) const {
    return find(std::filesystem::path(path).parent_path().string());
  }
  // By the file and how often it was changed, so that threads cannot change what is drawn.
  bool fails(const std::string& path) {
    if (faults_.failing <= 0) return false;
    const auto drawn =
        mixed(faults_.seed, std::hash<std::string>()(path) + 1000003 * ++changes_of_[path]);
    return static_cast<double>(drawn >> 11) * 0x1p-53 < faults_.failing;
  }
  static void name(Node& folder, Naming naming) {
    rename(folder.names, naming);
    folder.unsynced_names.push_back(std::move(naming));
  }
  IOStatus make_folder(const std::string& path) {
    if (auto status = change("make folder", path); !status.ok()) return status;
    const auto folder = folder_of(path);
    if (!folder) return not_found(path);
    name(*folder, {{name_of(path), make_root()}});
    return IOStatus::OK();
  }
  IOStatus unname(const std::string& path, const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (auto status = change(what, path); !status.ok()) return status;
    if (!find(path)) return not_found(path);
    name(*folder_of(path), {{name_of(path), nullptr}});
    return IOStatus::OK();
  }

  class Sequential;
  class RandomAccess;
  class Writable;
  class Directory;
};

class FaultDisk::Files::Sequential : public rocksdb::FSSequentialFile {
 public:
  Sequential(Files& files, NodePointer node) : files_(files), node_(std::move(node)) {}
  IOStatus Read(std::size_t size, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) override {
    const std::lock_guard lock(files_.mutex_);
    const std::size_t begin = std::min(at_, node_->bytes.size());
    const std::size_t got = node_->bytes.copy(scratch, size, begin);
    at_ = begin + got;
    *result = Slice(scratch, got);
    return IOStatus::OK();
  }
  IOStatus Skip(std::uint64_t size) override {
    at_ += size;
    return IOStatus::OK();
  }

 private:
  Files& files_;
  const NodePointer node_;
  std::size_t at_ = 0;
};

class FaultDisk::Files::RandomAccess : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccess(Files& files, NodePointer node) : files_(files), node_(std::move(node)) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* result,
                char* scratch, IODebugContext*) const override {
    const std::lock_guard lock(files_.mutex_);
    const std::size_t begin = std::min<std::size_t>(offset, node_->bytes.size());
    *result = Slice(scratch, node_->bytes.copy(scratch, size, begin));
    return IOStatus::OK();
  }

 private:
  Files& files_;
  const NodePointer node_;
};

class FaultDisk::Files::Writable : public rocksdb::FSWritableFile {
 public:
  Writable(Files& files, std::string path, NodePointer node)
      : files_(files), path_(std::move(path)), node_(std::move(node)) {}

  using rocksdb::FSWritableFile::Append;
  IOStatus Append(const Slice& bytes, const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(files_.mutex_);
    const auto status = files_.change("append " + std::to_string(bytes.size()), path_, true);
    // A failing write may have come half of its way.
    const std::size_t size =
        status.ok() ? bytes.size() : mixed(files_.changes_, bytes.size()) % (bytes.size() + 1);
    if (status.ok() || files_.power_) node_->bytes.append(bytes.data(), size);
    return status;
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(files_.mutex_);
    if (auto status = files_.change("truncate", path_); !status.ok()) return status;
    node_->bytes.resize(size);
    node_->synced = std::min<std::size_t>(node_->synced, size);
    return IOStatus::OK();
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(files_.mutex_);
    const auto status = files_.change("sync", path_);
    if (!status.ok()) node_->doomed = true;
    if (!node_->doomed && !files_.faults_.lying) node_->synced = node_->bytes.size();
    return status;
  }
  bool IsSyncThreadSafe() const override { return true; }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(files_.mutex_);
    return node_->bytes.size();
  }

 private:
  Files& files_;
  const std::string path_;
  const NodePointer node_;
};

class FaultDisk::Files::Directory : public rocksdb::FSDirectory {
 public:
  Directory(Files& files, std::string path, NodePointer node)
      : files_(files), path_(std::move(path)), node_(std::move(node)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(files_.mutex_);
    if (auto status = files_.change("sync folder", path_); !status.ok()) return status;
    if (files_.faults_.lying) return IOStatus::OK();
    node_->synced_names = node_->names;
    node_->unsynced_names.clear();
    return IOStatus::OK();
  }

 private:
  Files& files_;
  const std::string path_;
  const NodePointer node_;
};

IOStatus FaultDisk::Files::NewSequentialFile(const std::string& path, const FileOptions&,
                                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                             IODebugContext*) {
  const std::lock_guard lock(mutex_);
  auto node = find(path);
  if (!node || node->folder) return not_found(path);
  *result = std::make_unique<Sequential>(*this, std::move(node));
  return IOStatus::OK();
}

IOStatus FaultDisk::Files::NewRandomAccessFile(const std::string& path, const FileOptions&,
                                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                               IODebugContext*) {
  const std::lock_guard lock(mutex_);
  auto node = find(path);
  if (!node || node->folder) return not_found(path);
  *result = std::make_unique<RandomAccess>(*this, std::move(node));
  return IOStatus::OK();
}

IOStatus FaultDisk::Files::NewWritableFile(const std::string& path, const FileOptions&,
                                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                                           IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (auto status = change("create", path); !status.ok()) return status;
  const auto folder = folder_of(path);
  if (!folder) return not_found(path);
  auto node = find(path);
  if (node) {
    node->bytes.clear();
    node->synced = 0;
  } else {
    node = std::make_shared<Node>();
    name(*folder, {{name_of(path), node}});
  }
  *result = std::make_unique<Writable>(*this, path, std::move(node));
  return IOStatus::OK();
}

IOStatus FaultDisk::Files::NewDirectory(const std::string& path, const IOOptions&,
                                        std::unique_ptr<rocksdb::FSDirectory>* result,
                                        IODebugContext*) {
  const std::lock_guard lock(mutex_);
  auto node = find(path);
  if (!node || !node->folder) return not_found(path);
  *result = std::make_unique<Directory>(*this, path, std::move(node));
  return IOStatus::OK();
}

FaultDisk::FaultDisk()
    : files_(std::make_shared<Files>()), env_(std::make_unique<DiskEnv>(files_)) {}
FaultDisk::~FaultDisk() = default;

rocksdb::Env* FaultDisk::env() const { return env_.get(); }

void FaultDisk::set_faults(const DiskFaults& faults) {
  const std::lock_guard lock(files_->mutex_);
  files_->faults_ = faults;
  files_->power_ = true;
  files_->full_ = false;
  files_->failed_ = false;
  files_->changes_ = 0;
  files_->changes_of_.clear();
}

void FaultDisk::cut_power() {
  const std::lock_guard lock(files_->mutex_);
  files_->power_ = false;
}

void FaultDisk::lose_power(PowerLoss loss, std::uint64_t seed) {
  set_faults({});
  const std::lock_guard lock(files_->mutex_);
  assert(files_->locks_.empty());
  if (loss != PowerLoss::kKeepsAll) lose(*files_->root_, loss, seed);
  keep_all(*files_->root_);
}

std::uint64_t FaultDisk::changes() const {
  const std::lock_guard lock(files_->mutex_);
  return files_->changes_;
}

bool FaultDisk::failed() const {
  const std::lock_guard lock(files_->mutex_);
  return files_->failed_;
}

std::string FaultDisk::history() const {
  const std::lock_guard lock(files_->mutex_);
  std::string text;
  for (const auto& line : files_->history_) text += line + "\n";
  return text;
}

std::vector<std::string> FaultDisk::files(const std::string& folder) const {
  const std::lock_guard lock(files_->mutex_);
  std::vector<std::string> names;
  const auto node = files_->find(folder);
  if (!node) return names;
  for (const auto& [name, child] : node->names) {
    if (!child->folder) names.push_back(name);
  }
  return names;
}

std::string FaultDisk::read(const std::string& path) const {
  const std::lock_guard lock(files_->mutex_);
  return files_->find(path)->bytes;
}

void FaultDisk::write(const std::string& path, const std::string& bytes) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  const auto status = files_->NewWritableFile(path, {}, &file, nullptr);
  assert(status.ok());
  if (status.ok()) file->Append(bytes, {}, nullptr).PermitUncheckedError();
}

void FaultDisk::remove(const std::string& path) {
  files_->DeleteFile(path, {}, nullptr).PermitUncheckedError();
}

}  // namespace rookery::testing
