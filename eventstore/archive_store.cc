#include "eventstore/archive_store.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "eventstore/checkpoint.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/record_keys.h"
#include "eventstore/recovery.h"
#include "eventstore/stored_events.h"

namespace rookery {
namespace {

constexpr std::size_t kDroppedPerBatch = 4096;
constexpr std::uint64_t kProgressEvery = 4096;

// An event that is to go into the open segment.
struct Leaving {
  StreamPlace place;
  Hash256 leaf{};
  std::string envelope;
};

class Archiving {
 public:
  Archiving(RocksDbTables& tables, const ArchiveOptions& options)
      : tables_(tables), options_(options), env_(*tables.db().GetEnv()) {}

  Result<ArchiveReport> run() {
    if (auto status = finish_interrupted(); !status) return status.error();
    const auto last = recover_positions(tables_);
    if (!last) return last.error();
    for (const auto position : *last) total_ += position;
    for (Shard shard = 0; shard < tables_.meta().shard_count; ++shard) {
      if (auto status = archive_shard(shard); !status) return status.error();
    }
    if (report_.events > 0) {
      rocksdb::CompactRangeOptions compaction;  // gives the room back
      const auto status =
          tables_.db().CompactRange(compaction, tables_.of(Table::kEvents), nullptr, nullptr);
      if (!status.ok()) return store_error(tables_.folder(), status);
    }
    return report_;
  }

 private:
  // --- what an earlier call left behind ----------------------------------------------------------

  Status finish_interrupted() {
    for (const auto& stored : tables_.archive().segments()) {
      next_number_ = std::max(next_number_, stored->record.number + 1);
      if (stored->record.dropped) continue;
      std::vector<StreamPlace> places;
      const auto whole = stored->verify({}, [&](const SegmentEvent& event) -> Status {
        places.push_back(event.place);
        return Done{};
      });
      if (!whole) return whole;
      if (auto status = drop(stored->record, places); !status) return status;
    }
    return Done{};
  }

  // --- which events ------------------------------------------------------------------------------

  // The last position that a checkpoint covers.
  Result<std::uint64_t> signed_to(Shard shard) const {
    const auto it = tables_.iterate(Table::kTree);
    it->SeekForPrev(slice(checkpoint_key(shard, ~std::uint64_t{0}).view()));
    if (!it->status().ok()) return store_error(tables_.folder(), it->status());
    const auto place = it->Valid() ? decode_checkpoint_key(it->key().ToStringView()) : std::nullopt;
    return place && place->first == shard ? place->second : 0;
  }

  Status archive_shard(Shard shard) {
    if (options_.stream && shard_of_stream(*options_.stream, tables_.meta().shard_count) != shard) {
      return Done{};
    }
    const auto last = signed_to(shard);
    if (!last) return last.error();
    const auto it = tables_.iterate(Table::kLog);
    std::uint64_t position = 1;
    bool young = false;
    for (it->Seek(slice(log_key(shard, 1).view())); position <= *last && !young;
         it->Next(), ++position) {
      if (!it->Valid() || it->key() != slice(log_key(shard, position).view())) {
        return damaged(shard, position, "missing in the log");
      }
      const auto entry = decode_log_entry(it->value().ToStringView());
      if (!entry) return damaged(shard, position, "broken log entry");
      if (++looked_at_ % kProgressEvery == 0 && options_.progress) {
        options_.progress(looked_at_, total_);
      }
      if (options_.stream && entry->stream != *options_.stream) continue;
      if (auto status = take(shard, position, *entry, young); !status) return status;
    }
    return end_segment(shard);
  }

  // Into the open segment; `young`: it is the first that stays.
  Status take(Shard shard, std::uint64_t position, const LogEntry& entry, bool& young) {
    auto stored = tables_.get(Table::kEvents, event_key(shard, entry.stream, entry.version).view());
    if (!stored) return stored.error();
    if (!*stored) return Done{};  // archived already
    if (auto status = decode_envelope(**stored, event_); !status) {
      return damaged(shard, position, status.error().message);
    }
    young = !options_.stream && event_.provenance.wall_time_us >= options_.before_us;
    if (young) return Done{};
    if (hasher_.leaf(**stored) != entry.leaf) {
      return damaged(shard, position, "log and event disagree");
    }
    bytes_ += (*stored)->size();
    leaving_.push_back({{entry.stream, entry.version}, entry.leaf, std::move(**stored)});
    const bool full = bytes_ >= kSegmentBytesMax || leaving_.size() == kSegmentEventsMax;
    return full ? end_segment(shard) : Done{};
  }

  // --- write, sync, verify, record, drop ---------------------------------------------------------

  Status end_segment(Shard shard) {
    if (leaving_.empty()) return Done{};
    std::sort(leaving_.begin(), leaving_.end(),
              [](const Leaving& a, const Leaving& b) { return a.place < b.place; });
    SegmentRecord record;
    if (auto status = write_segment(shard, record); !status) return status;
    if (auto status = verify_written(record); !status) return status;
    if (auto status = tables_.record_segment(record); !status) return status;
    std::vector<StreamPlace> places;
    places.reserve(leaving_.size());
    for (const Leaving& event : leaving_) places.push_back(event.place);
    if (auto status = drop(record, places); !status) return status;
    report_.events += leaving_.size();
    report_.event_bytes += bytes_;
    report_.file_bytes += record.bytes;
    ++report_.segments;
    ++next_number_;
    leaving_.clear();
    bytes_ = 0;
    return Done{};
  }

  Status write_segment(Shard shard, SegmentRecord& record) {
    SegmentHead head;
    head.identity = tables_.meta().identity;
    head.shard = shard;
    head.number = next_number_;
    std::vector<std::string> envelopes;
    envelopes.reserve(leaving_.size());
    for (Leaving& event : leaving_) envelopes.push_back(std::move(event.envelope));
    const std::string bytes = build_segment(head, envelopes, options_.signers);
    const std::string file = (tables_.folder() / segment_name(next_number_)).string();
    auto status = rocksdb::WriteStringToFile(&env_, bytes, file + ".new", /*should_sync=*/true);
    if (status.ok()) status = env_.RenameFile(file + ".new", file);
    std::unique_ptr<rocksdb::Directory> directory;
    if (status.ok()) status = env_.NewDirectory(tables_.folder().string(), &directory);
    if (status.ok()) status = directory->Fsync();
    if (!status.ok()) return store_error(tables_.folder(), status);
    record.number = next_number_;
    record.shard = shard;
    record.bytes = bytes.size();
    record.hash = hasher_.bytes(bytes);
    return Done{};
  }

  // As any reader will find it: every event in its place, with the leaf that the log holds.
  Status verify_written(SegmentRecord& record) {
    const auto file = tables_.folder() / segment_name(record.number);
    auto bytes = segment_file(env_, file);
    if (!bytes) return bytes.error();
    auto segment = ArchiveSegment::open(std::move(*bytes), record.bytes);
    if (!segment) return Error{file.string() + ": " + segment.error().message};
    record.first_position = segment->head().first_position;
    record.last_position = segment->head().last_position;
    record.events = segment->head().events;
    const StoredSegment stored{record, file, std::move(*segment), {}};
    std::vector<NoteVerifier> known;
    for (const NoteSigner& signer : options_.signers) known.push_back(signer.verifier());
    std::size_t at = 0;
    const auto whole = stored.verify(known, [&](const SegmentEvent& event) -> Status {
      if (at == leaving_.size() || event.place != leaving_[at].place ||
          hasher_.leaf(event.envelope) != leaving_[at].leaf) {
        return Error{"an event was not written as it was stored"};
      }
      ++at;
      return Done{};
    });
    if (!whole) return whole;
    if (at == leaving_.size()) return Done{};
    return Error{file.string() + ": it has fewer events than were written"};
  }

  Status drop(SegmentRecord record, const std::vector<StreamPlace>& places) {
    for (std::size_t at = 0; at < places.size();) {
      rocksdb::WriteBatch batch(0, 0, 8, 0);
      rocksdb::Status status;
      for (; at < places.size() && batch.Count() < kDroppedPerBatch && status.ok(); ++at) {
        const auto key = event_key(record.shard, places[at].stream, places[at].version);
        status = batch.Delete(tables_.of(Table::kEvents), slice(key.view()));
      }
      if (status.ok()) status = tables_.db().Write(synced_write(), &batch);
      if (!status.ok()) return store_error(tables_.folder(), status);
    }
    record.dropped = true;
    return tables_.record_segment(record);
  }

  Error damaged(Shard shard, std::uint64_t position, const std::string& what) const {
    return store_error(tables_.folder(),
                       rocksdb::Status::Corruption("shard " + std::to_string(shard) + " position " +
                                                   std::to_string(position) + ": " + what));
  }

  RocksDbTables& tables_;
  const ArchiveOptions& options_;
  rocksdb::Env& env_;
  LeafHasher hasher_;
  Envelope event_;
  std::uint32_t next_number_ = 1;
  std::uint64_t total_ = 0;
  std::uint64_t looked_at_ = 0;
  std::vector<Leaving> leaving_;  // of the open segment, without gaps in their order
  std::uint64_t bytes_ = 0;
  ArchiveReport report_;
};

}  // namespace

Result<ArchiveReport> archive_store(const std::filesystem::path& folder,
                                    const ArchiveOptions& options) {
  const auto tables = open_alone(folder, options.env);
  if (!tables) return tables.error();
  return Archiving(**tables, options).run();
}

}  // namespace rookery
