#include "eventstore/verifier.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "eventstore/envelope_codec.h"
#include "eventstore/leaf_table.h"
#include "eventstore/record_keys.h"
#include "eventstore/stored_events.h"

namespace rookery {
namespace {

constexpr std::uint64_t kProgressEvery = 65'536;
// Where a finding without a position of its own stands: behind those that have one.
constexpr std::uint64_t kNowhere = ~std::uint64_t{0};
// Far more than any disk holds, and still countable in bytes.
constexpr std::uint64_t kPositionsMax = std::uint64_t{1} << 40;

// Two walks over a store, first through the streams, then through the log; findings of both are
// compared by position, and the earliest is kept.
class StoreAudit {
 public:
  StoreAudit(const RocksDbTables& tables, const AuditOptions& options)
      : tables_(tables), options_(options), archive_(tables.archive()) {}

  Result<AuditReport> run() {
    if (auto status = read_checkpoints(); !status) return status.error();
    if (auto status = make_leaf_tables(); !status) return status.error();
    check_segments();
    walk_events();
    walk_heads();
    for (std::size_t shard = 0; shard < leaves_.size(); ++shard)
      walk_log(static_cast<Shard>(shard));
    if (report_.first_bad && report_.first_bad->position == kNowhere) {
      report_.first_bad->position = 0;
    }
    return std::move(report_);
  }

 private:
  struct Claim {  // what a checkpoint says of a shard's tree
    Hash256 root{};
    std::string from;
  };

  void find(AuditFinding finding) {
    const std::uint64_t position = finding.position;
    find_by(position, std::move(finding));
  }
  // A finding that covers a range counts by the range's end: one that names its place comes first.
  void find_by(std::uint64_t range_end, AuditFinding finding) {
    const std::pair order(range_end, finding.shard);
    if (report_.first_bad && first_order_ <= order) return;
    first_order_ = order;
    report_.first_bad = std::move(finding);
  }

  // --- checkpoints -------------------------------------------------------------------------------

  std::optional<Shard> shard_of_origin(const VerifiedCheckpoint& verified) const {
    for (std::size_t shard = 0; shard < tables_.meta().shard_count; ++shard) {
      for (const NoteVoucher& voucher : verified.vouchers) {
        const auto number = static_cast<Shard>(shard);
        if (verified.checkpoint.origin == checkpoint_origin(voucher.by.name, number)) return number;
      }
    }
    return std::nullopt;
  }

  Status read_checkpoints() {
    claims_.resize(tables_.meta().shard_count);
    report_.signed_up_to.resize(tables_.meta().shard_count, 0);
    for (const std::string& note : options_.seen) {
      const auto verified = verify_checkpoint(note, options_.keys);
      if (!verified) return Error{"a checkpoint seen before: " + verified.error().message};
      const auto shard = shard_of_origin(*verified);
      if (!shard) return Error{"a checkpoint seen before is of another store"};
      claim(*shard, verified->checkpoint.head, "a checkpoint seen before");
    }
    const auto it = tables_.iterate(Table::kTree);
    for (it->Seek(slice(checkpoint_key(0, 0).view())); it->Valid(); it->Next()) {
      read_checkpoint(it->key().ToStringView(), it->value().ToString());
    }
    if (!it->status().ok()) unreadable({0, kNowhere, {}, {}, {}}, it->status());
    return Done{};
  }

  void read_checkpoint(std::string_view key, const std::string& note) {
    const auto place = decode_checkpoint_key(key);
    if (!place || place->first >= claims_.size()) {
      return find({0, kNowhere, {}, "checkpoint", "a checkpoint stands under a broken key"});
    }
    const auto [shard, size] = *place;
    const auto verified = verify_checkpoint(note, options_.keys);
    if (!verified) {
      return find({shard, size, {}, "checkpoint.signature", verified.error().message});
    }
    if (shard_of_origin(*verified) != shard || verified->checkpoint.head.size != size) {
      return find({shard,
                   size,
                   {},
                   "checkpoint.origin",
                   "a checkpoint of " + verified->checkpoint.origin + " stands in its place"});
    }
    claim(shard, verified->checkpoint.head, "its checkpoint");
    ++report_.checkpoints;
  }

  void claim(Shard shard, const TreeHead& head, const std::string& from) {
    const auto [at, fresh] = claims_[shard].emplace(head.size, Claim{head.root, from});
    if (!fresh && at->second.root != head.root) {
      find({shard,
            head.size,
            {},
            "checkpoint.root",
            "two signed checkpoints of this size differ: the log was forked"});
    }
    report_.signed_up_to[shard] = std::max(report_.signed_up_to[shard], head.size);
  }

  // --- streams -----------------------------------------------------------------------------------

  Status make_leaf_tables() {
    for (std::size_t shard = 0; shard < claims_.size(); ++shard) {
      const auto it = tables_.iterate(Table::kLog);
      it->SeekForPrev(slice(log_key(static_cast<Shard>(shard), kNowhere).view()));
      const auto place = it->Valid() ? decode_log_key(it->key().ToStringView()) : std::nullopt;
      std::uint64_t last = place && place->shard == shard ? place->position : 0;
      // The end cannot be read, or somebody wrote a position that no log can have come to.
      if (!it->status().ok() || last > kPositionsMax) last = gap_free(static_cast<Shard>(shard));
      auto table = LeafTable::create(last);
      if (!table) return table.error();
      leaves_.push_back(std::move(*table));
      total_ += last;
    }
    return Done{};
  }

  // What is archived must be as it was sealed, and sealed by this log's keys.
  void check_segments() {
    for (const auto& stored : tables_.archive().segments()) {
      const auto whole = stored->verify(options_.keys, [](const auto&) { return Done{}; });
      if (whole) continue;
      find({stored->record.shard,
            stored->record.first_position,
            {},
            "archive",
            whole.error().message});
    }
  }

  // The last position before the log's first gap or unreadable entry; what follows is a finding.
  std::uint64_t gap_free(Shard shard) {
    const auto it = tables_.walk(Table::kLog);
    std::uint64_t last = 0;
    for (it->Seek(slice(log_key(shard, 1).view()));
         it->Valid() && it->key() == slice(log_key(shard, last + 1).view()); it->Next()) {
      ++last;
    }
    cut_short_.insert(shard);
    if (it->status().ok()) {
      find({shard, last + 1, {}, "log.position", "the log has no entry here"});
    } else {
      unreadable({shard, last + 1, {}, {}, {}}, it->status());
    }
    return last;
  }

  void walk_events() {
    StoredEventWalk walk(tables_);
    for (; walk.valid(); walk.next()) {
      const auto place = decode_event_key(walk.key());
      if (!place) {
        find({0, kNowhere, {}, "event", "an event stands under a broken key"});
        continue;
      }
      if (place->stream != stream_ || place->version == 1) begin_stream(place->stream);
      check_event(*place, walk.value());
      if (++report_.events % kProgressEvery == 0 && options_.progress) {
        options_.progress(report_.events, total_);
      }
    }
    if (const auto status = walk.status(); !status) {
      // The walk through the log reads one by one what this one did not come to.
      whole_ = false;
      find({0, kNowhere, {}, "file", status.error().message});
    }
    end_stream();
  }

  void begin_stream(const EntityId& stream) {
    end_stream();
    stream_ = stream;
    head_ = {};
    whole_ = true;
    ++report_.streams;
  }

  void check_event(const EventPlace& place, std::string_view bytes) {
    const Shard shard = shard_of_stream(place.stream, tables_.meta().shard_count);
    const auto bad = [&](std::uint64_t position, const char* field, const std::string& message) {
      // What follows in this stream is judged by itself, its head not at all.
      whole_ = false;
      head_.version = place.version;
      find({shard, position, place.stream, field, message});
    };
    if (auto status = decode_envelope(bytes, event_); !status) {
      unread_.emplace(std::pair(place.stream, place.version), status.error().message);
      return bad(kNowhere, "event", status.error().message);
    }
    if (event_.stream != place.stream || event_.version != place.version || place.shard != shard) {
      return bad(event_.position, "event.place", "it stands in another event's place");
    }
    if (place.version != head_.version + 1) {
      return bad(event_.position, "event.version",
                 "version " + std::to_string(head_.version + 1) + " of the stream is missing");
    }
    const bool beyond = event_.position == 0 || event_.position > leaves_[shard].positions();
    if (beyond && !cut_short_.contains(shard)) {
      return bad(event_.position, "event.position", "the log does not come so far");
    }
    LeafTable::Row unlisted;
    LeafTable::Row& row = beyond ? unlisted : leaves_[shard].at(event_.position);
    if (row.place != 0) {
      return bad(event_.position, "event.position", "two events say that they stand here");
    }
    row.leaf = hasher_.leaf(bytes);
    row.place = LeafTable::place_of(place.stream, place.version);
    if (event_.epoch < head_.epoch) {
      return bad(event_.position, "event.epoch", "its epoch is older than the event's before it");
    }
    head_ = {place.version, event_.epoch, hasher_.chain(head_.chain, row.leaf)};
    last_position_ = event_.position;
  }

  void end_stream() {
    if (!stream_ || !whole_) return;
    const auto stored = tables_.get(Table::kHeads, head_key(*stream_).view());
    const auto head = stored && *stored ? decode_head(**stored) : std::nullopt;
    const Shard shard = shard_of_stream(*stream_, tables_.meta().shard_count);
    const auto bad = [&](const char* field, const char* message) {
      find({shard, last_position_, stream_, field, message});
    };
    if (!stored) return bad("file", stored.error().message.c_str());
    if (!head) return bad("head", "the stream has no head");
    if (head->version > head_.version) {
      return bad("head.version", "the stream's last events are missing");
    }
    if (head->version != head_.version) return bad("head.version", "the head lags behind");
    if (head->chain != head_.chain) return bad("head.chain", "the stream's hash chain differs");
    if (head->epoch != head_.epoch) return bad("head.epoch", "the head's epoch differs");
  }

  // Streams of which every event is gone have only their head left.
  void walk_heads() {
    const auto it = tables_.iterate(Table::kHeads);
    std::uint64_t heads = 0;
    for (it->SeekToFirst(); it->Valid(); it->Next(), ++heads) {
      const auto stream = decode_head_key(it->key().ToStringView());
      if (!stream) {
        find({0, kNowhere, {}, "head", "a head stands under a broken key"});
        continue;
      }
      const Shard shard = shard_of_stream(*stream, tables_.meta().shard_count);
      const auto first = stored_event(tables_, archive_, shard, {*stream, 1});
      if (first && *first) continue;
      if (!first) {
        find({shard, kNowhere, stream, "file", first.error().message});
      } else {
        find({shard, kNowhere, stream, "event.version", "version 1 of the stream is missing"});
      }
    }
    if (!it->status().ok()) unreadable({0, kNowhere, {}, {}, {}}, it->status());
  }

  // --- log and tree ------------------------------------------------------------------------------

  void walk_log(Shard shard) {
    agreed_ = 0;
    MerkleFrontier tree;
    LeafTable& leaves = leaves_[shard];
    const MerkleFrontier::Completed completed = [&](unsigned height, std::uint64_t index,
                                                    const Hash256& root) {
      check_record(shard, tree, height, index, root);
    };
    const auto it = tables_.walk(Table::kLog);
    it->Seek(slice(log_key(shard, 1).view()));
    std::uint64_t position = 1;
    for (; position <= leaves.positions(); ++position) {
      if (report_.first_bad && first_order_ < std::pair(position, shard)) return;
      if (!it->Valid() || it->key() != slice(log_key(shard, position).view())) {
        if (!it->status().ok()) return unreadable({shard, position, {}, {}, {}}, it->status());
        find({shard, position, {}, "log.position", "the log has no entry here"});
        break;
      }
      const auto entry = decode_log_entry(it->value().ToStringView());
      if (!entry) {
        find({shard, position, {}, "log", "the log's entry is broken"});
      } else {
        compare(shard, position, *entry, leaves.at(position));
      }
      tree.add(hasher_, leaves.at(position).leaf, completed);
      check_claim(shard, tree);
      it->Next();
    }
    report_.trees.push_back(tree.head(hasher_));
    if (cut_short_.contains(shard)) return;
    const auto beyond = claims_[shard].upper_bound(tree.size());
    if (beyond != claims_[shard].end()) {
      find({shard,
            tree.size() + 1,
            {},
            "checkpoint.size",
            beyond->second.from + " covers " + std::to_string(beyond->first) +
                " events, the log ends before: it was cut or rolled back"});
    }
  }

  void compare(Shard shard, std::uint64_t position, const LogEntry& entry, LeafTable::Row& row) {
    const auto bad = [&](const char* field, const std::string& message) {
      find({shard, position, entry.stream, field, message});
    };
    if (row.place == 0) {
      const auto unread = unread_.find(std::pair(entry.stream, entry.version));
      if (unread != unread_.end()) return bad("event", unread->second);
      const auto stored = stored_event(tables_, archive_, shard, {entry.stream, entry.version});
      if (!stored) return bad("file", stored.error().message);
      if (!*stored) return bad("event", "its event is missing");
      if (auto status = decode_envelope(**stored, event_); !status) {
        return bad("event", status.error().message);
      }
      if (event_.stream != entry.stream || event_.version != entry.version ||
          event_.position != position) {
        return bad("event.place", "its event says that it stands elsewhere");
      }
      row = {hasher_.leaf(**stored), LeafTable::place_of(entry.stream, entry.version)};
    }
    if (row.place != LeafTable::place_of(entry.stream, entry.version)) {
      return bad("log.stream", "the log names another event than the one that stands here");
    }
    if (row.leaf != entry.leaf) {
      return bad("log.leaf", "the event is not the one whose hash the log holds");
    }
  }

  void check_record(Shard shard, const MerkleFrontier& tree, unsigned height, std::uint64_t index,
                    const Hash256& root) {
    if (height % kTierHeight != 0) return;
    const unsigned tier = height / kTierHeight;
    const auto stored = tables_.get(Table::kTree, tree_key(shard, tier, index).view());
    if (stored && *stored && decode_hash(**stored) == root) return;
    if (!stored) return find({shard, tree.size() + 1, {}, "file", stored.error().message});
    find({shard,
          tree.size() + 1,
          {},
          "tree",
          "record " + std::to_string(index) + " of tier " + std::to_string(tier) +
              (*stored ? " differs" : " is missing")});
  }

  void check_claim(Shard shard, const MerkleFrontier& tree) {
    const auto claim = claims_[shard].find(tree.size());
    if (claim == claims_[shard].end()) return;
    if (claim->second.root == tree.root(hasher_)) {
      agreed_ = tree.size();
      return;
    }
    find_by(tree.size(),
            {shard,
             agreed_ + 1,
             {},
             "checkpoint.root",
             claim->second.from + " over " + std::to_string(tree.size()) +
                 " events is of others: one of positions " + std::to_string(agreed_ + 1) + " to " +
                 std::to_string(tree.size()) + " was changed"});
  }

  // `finding` says where; RocksDB's words name the file and the place in it.
  void unreadable(AuditFinding finding, const rocksdb::Status& status) {
    finding.field = "file";
    finding.message = store_error(tables_.folder(), status).message;
    find(std::move(finding));
  }

  const RocksDbTables& tables_;
  const AuditOptions& options_;
  ArchiveReader archive_;
  LeafHasher hasher_;
  AuditReport report_;
  std::uint64_t total_ = 0;
  std::vector<std::map<std::uint64_t, Claim>> claims_;  // by size, for each shard
  std::vector<LeafTable> leaves_;                       // for each shard
  std::set<Shard> cut_short_;                           // whose leaf table ends before the log does
  // Events that cannot be read, with the reason, until the log tells their positions.
  std::map<std::pair<EntityId, std::uint64_t>, std::string> unread_;
  std::pair<std::uint64_t, Shard> first_order_{};
  std::uint64_t agreed_ = 0;  // events of this shard covered by a checkpoint that agrees

  // The stream being walked.
  std::optional<EntityId> stream_;
  StreamHead head_;
  bool whole_ = true;
  std::uint64_t last_position_ = 0;
  Envelope event_;
};

}  // namespace

Result<AuditReport> verify_store(const std::filesystem::path& folder, const AuditOptions& options) {
  auto tables = RocksDbTables::open(folder, {.read_only = true, .env = options.env});
  if (!tables) return tables.error();
  return StoreAudit(**tables, options).run();
}

}  // namespace rookery
