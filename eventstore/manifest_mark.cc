#include "eventstore/manifest_mark.h"

#include <rocksdb/env.h>
#include <rocksdb/listener.h>

#include <charconv>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery {
namespace {

constexpr std::string_view kManifest = "MANIFEST-";
constexpr std::size_t kMarkBytesMax = 256;

struct Mark {
  std::uint64_t number = 0;  // of the MANIFEST
  std::uint64_t bytes = 0;
};

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> manifest_number(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  if (!name.starts_with(kManifest)) return std::nullopt;
  return parse_number(name.substr(kManifest.size()));
}

// The line stands twice, so that no cut and no flipped bit goes unseen.
std::string to_text(const Mark& mark) {
  const std::string line = std::to_string(mark.number) + " " + std::to_string(mark.bytes) + "\n";
  return line + line;
}

std::optional<Mark> parse_mark(std::string_view text) {
  const std::string_view line = text.substr(0, text.size() / 2);
  if (line.empty() || line != text.substr(line.size()) || line.back() != '\n') return std::nullopt;
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto number = parse_number(line.substr(0, blank));
  const auto bytes = parse_number(line.substr(blank + 1, line.size() - blank - 2));
  if (!number || !bytes) return std::nullopt;
  return Mark{*number, *bytes};
}

rocksdb::Status replace(rocksdb::Env& env, const std::string& folder, const std::string& text) {
  const std::string file = folder + "/MARK";
  const std::string draft = file + ".new";
  auto status = rocksdb::WriteStringToFile(&env, text, draft, /*should_sync=*/true);
  if (status.ok()) status = env.RenameFile(draft, file);
  std::unique_ptr<rocksdb::Directory> directory;
  if (status.ok()) status = env.NewDirectory(folder, &directory);
  if (status.ok()) status = directory->Fsync();
  return status;
}

class Marker : public rocksdb::EventListener {
 public:
  // A mark that could not be written is an old one, which does no harm.
  void OnFlushCompleted(rocksdb::DB* db, const rocksdb::FlushJobInfo&) override {
    write_manifest_mark(*db);
  }
  void OnCompactionCompleted(rocksdb::DB* db, const rocksdb::CompactionJobInfo&) override {
    write_manifest_mark(*db);
  }
};

}  // namespace

Status check_manifest_mark(rocksdb::Env& env, const std::filesystem::path& folder) {
  const std::string path = folder.string() + "/";
  const auto damaged = [&](const std::string& what) {
    return Error{"store " + folder.string() +
                 " is damaged; keep the folder and restore from a copy (" + what + ")"};
  };
  std::string text;
  const auto read = rocksdb::ReadFileToString(&env, path + "MARK", &text);
  if (read.IsNotFound() || read.IsPathNotFound()) return Done{};
  if (!read.ok()) return Error{"cannot read " + path + "MARK: " + read.ToString()};
  const auto mark = parse_mark(std::string_view(text).substr(0, kMarkBytesMax));
  if (!mark) return damaged("file MARK is broken; without it the rest may still be whole");
  std::string current;
  if (!rocksdb::ReadFileToString(&env, path + "CURRENT", &current).ok()) return Done{};
  if (current.ends_with('\n')) current.pop_back();
  const auto number = manifest_number(current);
  if (!number) return damaged("file CURRENT is broken");
  if (*number > mark->number) return Done{};  // a crash came between the two
  std::uint64_t bytes = 0;
  const auto sized = env.GetFileSize(path + current, &bytes);
  if (*number < mark->number) {
    return damaged("file CURRENT names " + current + ", but there was a later one already");
  }
  if (!sized.ok()) return damaged("file " + current + " is missing");
  if (bytes >= mark->bytes) return Done{};
  return damaged("file " + current + " has " + std::to_string(bytes) + " bytes and had " +
                 std::to_string(mark->bytes));
}

Status write_manifest_mark(rocksdb::DB& db) {
  static std::mutex one_at_a_time;  // flushes and compactions end on threads of their own
  const std::lock_guard lock(one_at_a_time);
  std::vector<std::string> files;
  Mark mark;  // the size that is synced; the file itself may have more
  auto status = db.GetLiveFiles(files, &mark.bytes, /*flush_memtable=*/false);
  for (const auto& file : files) {
    if (const auto number = manifest_number(file)) mark.number = *number;
  }
  if (status.ok()) status = replace(*db.GetEnv(), db.GetName(), to_text(mark));
  if (!status.ok()) return Error{"cannot write " + db.GetName() + "/MARK: " + status.ToString()};
  return Done{};
}

std::shared_ptr<rocksdb::EventListener> manifest_marker() { return std::make_shared<Marker>(); }

}  // namespace rookery
