// One store from its birth through a few crashes: appends, snapshots, checkpoints, flushes and
// compactions on a disk that fails, and after each crash a look at everything it still says.
#pragma once

#include <cstdint>
#include <string>

#include "schemas/result.h"
#include "tests/faults/fault_disk.h"

namespace rookery::testing {

// What lives went through, so that nobody believes in rounds in which nothing happened.
struct LifeTally {
  std::uint64_t rounds = 0;            // crashes that the store came back from, or would not
  std::uint64_t acknowledged = 0;      // events
  std::uint64_t unknown = 0;           // events in appends whose fate the store did not know
  std::uint64_t unknown_kept = 0;      // those that were there after all
  std::uint64_t failed_stores = 0;     // rounds in which the store stopped by itself
  std::uint64_t failed_openings = 0;   // while the disk failed
  std::uint64_t refused_openings = 0;  // of a store with garbage in it, by a whole disk
  std::uint64_t power_cuts = 0;
  std::uint64_t checkpoints = 0;  // found again, their signatures and roots checked
  std::uint64_t snapshots = 0;    // found again
  std::uint64_t archivings = 0;   // begun
  std::uint64_t archived = 0;     // segments that the log was read from after crashes
  std::uint64_t table_files = 0;  // sorted files found after crashes
};

struct LifeOptions {
  std::uint64_t seed = 0;
  unsigned rounds = 4;
  bool lying_disk = false;  // the life must then end with an error: shows that losses are noticed
};

// Error: what the store lost, made up or contradicted, in which round, and the disk's last changes.
Status live(const LifeOptions& options, LifeTally& tally);

}  // namespace rookery::testing
