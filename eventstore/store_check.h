// Looks at everything in a store: is each event where the log says, do all hashes hold?
#pragma once

#include <cstdint>
#include <filesystem>

#include "eventstore/rocksdb_event_log.h"
#include "schemas/result.h"

namespace rookery {

struct StoreCheck {
  std::uint64_t events = 0;
  std::uint64_t streams = 0;
  std::uint64_t answers = 0;
};

// Opens the store read-only and writes nothing. Checks: positions without gap in every shard; each
// entry's event present, undamaged and with the entry's leaf hash; versions without gap in every
// stream; each head's version, epoch and chain hash recomputed; no event or head beside these.
// `env` as in RocksDbOptions.
Result<StoreCheck> check_store(const std::filesystem::path& folder, rocksdb::Env* env = nullptr);

}  // namespace rookery
