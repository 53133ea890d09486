// A shard's events in the order of their positions. They lie on disk by stream, so a window of the
// log is fetched in the order of the disk and told in the order of the log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "eventstore/event_log.h"
#include "eventstore/record_keys.h"
#include "eventstore/stored_events.h"

namespace rookery {

// A window begins with one event and grows while there is more to read: one event costs one read,
// and among many each block is read once.
inline constexpr std::size_t kLogWindowMax = 8192;
// Stored bytes of one window; it shrinks where events are large.
inline constexpr std::size_t kLogWindowBytesMax = 8 << 20;

// Used once, by one thread.
class LogReader {
 public:
  LogReader(const RocksDbTables& tables, Shard shard);

  // Events from `position` to `last`, both there. Error: one is missing, damaged or another's.
  Status read(std::uint64_t position, std::uint64_t last, const EnvelopeVisitor& visit);

 private:
  struct Place {
    FixedBytes<26> key;
    std::size_t begin = 0;  // in fetched_
    std::size_t size = 0;
  };

  Status read_entries(std::uint64_t position, std::size_t size);
  // The value that the event iterator stands on, or the archived one.
  Result<std::string_view> value_of(std::uint64_t position, std::string_view key);
  // False: the window has too many bytes.
  Result<bool> fetch(std::uint64_t position);
  Status tell(std::uint64_t position, const EnvelopeVisitor& visit, bool& stopped);
  Error damaged(std::uint64_t position, const std::string& what) const;

  const RocksDbTables& tables_;
  const Shard shard_;
  std::unique_ptr<rocksdb::Iterator> log_;
  std::unique_ptr<rocksdb::Iterator> events_;
  std::string passed_;  // the key last asked for: events_ stands on the first one not below it
  ArchiveReader archive_;
  std::vector<Place> window_;  // in position order
  // Of window_, by key. The key's bytes behind the shard stand beside the index: they tell nearly
  // all streams apart, and sorting sixteen bytes in a row is much cheaper than looking keys up.
  std::vector<std::pair<std::uint64_t, std::size_t>> order_;
  std::string fetched_;
  Envelope envelope_;
};

}  // namespace rookery
