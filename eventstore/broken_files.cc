#include "eventstore/broken_files.h"

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rookery {
namespace {

rocksdb::Status check_sorted_file(rocksdb::Env& env, const std::string& path) {
  rocksdb::Options options;
  options.env = &env;
  rocksdb::SstFileReader reader(options);
  auto status = reader.Open(path);
  if (status.ok()) status = reader.VerifyChecksum();
  return status;
}

}  // namespace

std::string find_broken_files(rocksdb::Env& env, const std::filesystem::path& folder) {
  std::vector<std::string> names;
  if (!env.GetChildren(folder.string(), &names).ok()) return {};
  std::sort(names.begin(), names.end());
  std::string logs;
  for (const auto& name : names) {
    const std::string path = (folder / name).string();
    if (name.ends_with(".sst")) {
      const auto status = check_sorted_file(env, path);
      if (!status.ok()) return "file " + name + ": " + status.ToString();
    }
    std::uint64_t bytes = 0;
    if (name.ends_with(".log") && env.GetFileSize(path, &bytes).ok() && bytes > 0) {
      logs += (logs.empty() ? "file " : " or ") + name;
    }
  }
  return logs;
}

}  // namespace rookery
