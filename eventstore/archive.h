// A store's archived events: its segments, one look-up and one walk over them. `meta` names every
// segment (FORMAT.md, "Archive segment"), so that one that is gone is missed.
#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/archive_segment.h"
#include "eventstore/leaf_hash.h"

namespace rookery {

// What `meta` says of a segment.
struct SegmentRecord {
  std::uint32_t number = 0;
  Shard shard = 0;
  bool dropped = false;  // its events are no longer in `ev`; before that they may be in both
  std::uint64_t first_position = 0;
  std::uint64_t last_position = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;  // of the file
  Hash256 hash{};           // SHA-256 of the file
};

std::string segment_key(std::uint32_t number);
std::optional<std::uint32_t> decode_segment_key(std::string_view key);
std::string encode_segment_record(const SegmentRecord& record);
std::optional<SegmentRecord> decode_segment_record(std::uint32_t number, std::string_view bytes);

// "archive-000001.seg", in the store's folder.
std::string segment_name(std::uint32_t number);
// Reads of a file; the file stays open as long as they do.
Result<SegmentBytes> segment_file(rocksdb::Env& env, const std::filesystem::path& file);

// A segment that should be there: opened, or why not.
struct StoredSegment {
  SegmentRecord record;
  std::filesystem::path file;
  std::optional<ArchiveSegment> segment;
  std::string problem;  // names the file

  // Every byte against the record, the seal, and each event through `visit`.
  Status verify(const std::vector<NoteVerifier>& known,
                const std::function<Status(const SegmentEvent&)>& visit) const;
};

// Of one opened store; does not change.
class Archive {
 public:
  static Archive open(rocksdb::Env& env, const std::filesystem::path& folder,
                      const std::string& identity, std::vector<SegmentRecord> records);

  bool empty() const { return segments_.empty(); }
  const std::vector<std::shared_ptr<const StoredSegment>>& segments() const { return segments_; }

 private:
  std::vector<std::shared_ptr<const StoredSegment>> segments_;  // by number
};

// Looks events up; remembers the frames that it last unpacked. Not thread-safe.
class ArchiveReader {
 public:
  explicit ArchiveReader(const Archive& archive) : archive_(archive) {}

  // The event's stored bytes, until the next call; nothing when no segment holds it. Error: it
  // would be in a segment that is missing or damaged; names the file.
  Result<std::optional<std::string_view>> find(Shard shard, const StreamPlace& place);

 private:
  struct Unpacked {
    const StoredSegment* from = nullptr;
    std::size_t frame = 0;
    std::string raw;
    std::vector<SegmentEvent> events;
  };
  Result<const Unpacked*> unpack(const StoredSegment& stored, std::size_t frame);

  const Archive& archive_;
  std::vector<Unpacked> unpacked_;
  std::size_t oldest_ = 0;
};

// All of a segment's events in the order of their places.
class SegmentWalk {
 public:
  explicit SegmentWalk(std::shared_ptr<const StoredSegment> stored);

  bool valid() const { return at_ < events_.size(); }
  const SegmentEvent& event() const { return events_[at_]; }
  void next();
  const StoredSegment& segment() const { return *stored_; }
  const Status& status() const { return status_; }

 private:
  void load();

  std::shared_ptr<const StoredSegment> stored_;
  std::size_t frame_ = 0;  // to be loaded next
  std::string raw_;
  std::vector<SegmentEvent> events_;
  std::size_t at_ = 0;
  Status status_ = Done{};
};

}  // namespace rookery
