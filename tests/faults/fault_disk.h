// A disk in memory that breaks as disks do: what was not synced is lost with the power, but for a
// part of it; writes, syncs and renames fail; it runs full. Everything follows from a seed.
#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rookery::testing {

struct DiskFaults {
  std::uint64_t seed = 0;
  // Changes (writes, syncs, new names, …) until the power fails and nothing works; 0: it does not.
  std::uint64_t power_fails_after = 0;
  double failing = 0;      // share of changes that fail, from 0 to 1
  bool retryable = false;  // whether such a failure says that it may go away
  bool full = false;       // the first failing write finds the disk full, and so do all after it
  bool lying = false;      // syncs do nothing and say nothing: no store can live on such a disk
};

// What the loss of power does to what was never synced.
enum class PowerLoss {
  kKeepsAll,      // only the process died
  kKeepsPrefix,   // of each file's unsynced bytes, and of each folder's unsynced names
  kLeavesGarbage  // the same, and the end of what was kept may be anything
};

// Thread-safe but for lose_power(). After a failed sync later ones of that file say that all is
// well, though nothing more of it is kept, as Linux does.
class FaultDisk {
 public:
  FaultDisk();
  ~FaultDisk();
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;

  // For RocksDbOptions; as long as the disk.
  rocksdb::Env* env() const;
  void set_faults(const DiskFaults& faults);
  // From now on every change fails.
  void cut_power();
  // Nothing may be open. The disk is as it would be found afterwards, without faults.
  void lose_power(PowerLoss loss, std::uint64_t seed);

  std::uint64_t changes() const;  // since set_faults()
  bool failed() const;            // some change was refused since set_faults()
  // The last changes, one a line, for the person who looks for the reason.
  std::string history() const;

  // Around the file system, for damage by hand. Paths are absolute; files must be there.
  std::vector<std::string> files(const std::string& folder) const;
  std::string read(const std::string& path) const;
  void write(const std::string& path, const std::string& bytes);
  void remove(const std::string& path);

 private:
  class Files;
  std::shared_ptr<Files> files_;
  std::unique_ptr<rocksdb::Env> env_;
};

// A number by chance that the same values always give.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t number);

}  // namespace rookery::testing
