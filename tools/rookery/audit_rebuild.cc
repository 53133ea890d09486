#include "tools/rookery/audit_rebuild.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "actors/runtime/entity_directory.h"
#include "eventstore/event_proof.h"
#include "eventstore/rocksdb_event_log.h"
#include "tools/rookery/find_entity.h"
#include "tools/rookery/interrupt.h"
#include "tools/rookery/sha256_text.h"

namespace rookery::tool {
namespace {

constexpr std::size_t kUnderWayMax = 4096;           // appends
constexpr std::size_t kUnderWayBytesMax = 64 << 20;  // well below what a store lets wait
constexpr std::size_t kPageSize = 1000;

// Keeps a bounded number of appends under way and remembers the first that failed.
class Copier {
 public:
  explicit Copier(EventLog& to) : to_(to) {}
  ~Copier() { finish(); }

  void add(const Envelope& event) {
    Append append;
    append.stream = event.stream;
    append.expected_version = event.version - 1;
    append.provenance = event.provenance;
    append.events.push_back({event.type, event.schema, event.payload});
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock,
                    [this] { return under_way_ < kUnderWayMax && bytes_ < kUnderWayBytesMax; });
      ++under_way_;
      bytes_ += event.payload.size();
    }
    const auto place = "position " + std::to_string(event.position) + ", " + to_text(event.stream);
    to_.append(std::move(append), [this, place, position = event.position,
                                   bytes = event.payload.size()](const AppendResult& result) {
      const auto* appended = std::get_if<Appended>(&result);
      const std::lock_guard lock(mutex_);
      if (appended == nullptr || appended->first_position != position) {
        if (!failure_) failure_ = Error{place + ": it does not follow the events before it"};
      }
      --under_way_;
      bytes_ -= bytes;
      changed_.notify_all();
    });
  }
  // When all are durable.
  Status finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return under_way_ == 0; });
    return failure_ ? Status(*failure_) : Status(Done{});
  }

 private:
  EventLog& to_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t under_way_ = 0;
  std::size_t bytes_ = 0;
  std::optional<Error> failure_;
};

class Rebuilding {
 public:
  Rebuilding(const EventLog& log, const Moment& until) : log_(log), until_(until) {}

  Result<Rebuilt> run(const std::filesystem::path& scratch,
                      const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    const auto epoch = first_epoch();
    if (!epoch) return epoch.error();
    auto made =
        open_rocksdb_event_log(scratch, {.shard_count = log_.shard_count(), .epoch = *epoch});
    if (!made) return made.error();
    copy_ = std::move(*made);
    if (auto status = copy_events(*epoch, progress); !status) return status.error();
    if (auto status = compare_trees(); !status) return status.error();
    if (auto status = compare_actors(); !status) return status.error();
    std::sort(hashes_.begin(), hashes_.end());
    out_.state_hash = sha256_hex(hashes_);
    return std::move(out_);
  }

 private:
  Result<std::uint64_t> first_epoch() const {
    std::uint64_t epoch = 1;
    const auto read = log_.read_log(0, 1, [&](const Envelope& event) {
      epoch = event.epoch;
      return false;
    });
    if (!read) return read.error();
    return epoch;
  }

  bool belongs(const Envelope& event) const {
    if (until_.by == Moment::By::kPosition) return event.position <= until_.number;
    return until_.by != Moment::By::kTime || event.provenance.wall_time_us <= until_.time_us;
  }

  Status copy_events(std::uint64_t epoch,
                     const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    std::uint64_t total = 0;
    for (Shard shard = 0; shard < log_.shard_count(); ++shard) total += log_.last_position(shard);
    Copier copier(*copy_);
    bool one_epoch = true;
    bool stopped = false;
    for (Shard shard = 0; shard < log_.shard_count(); ++shard) {
      const auto read = log_.read_log(shard, 1, [&](const Envelope& event) {
        stopped = interrupted();
        if (stopped || !belongs(event)) return false;
        one_epoch = one_epoch && event.epoch == epoch;
        copier.add(event);
        if (progress) progress(++out_.events, total);
        return true;
      });
      if (!read) return read;
      if (stopped) return Error{"interrupted"};
    }
    if (one_epoch) out_.same_trees = true;
    return copier.finish();
  }

  Status compare_trees() {
    for (Shard shard = 0; out_.same_trees && shard < log_.shard_count(); ++shard) {
      const TreeHead copied = copy_->tree_head(shard);
      const auto own = tree_root(subtree_reader(log_, shard), copied.size);
      if (!own) return own.error();
      if (*own != copied.root) out_.same_trees = false;
    }
    return Done{};
  }

  Status compare_actors() {
    for (const auto kind : entity_kinds()) {
      EntityId after = make_entity_id(kind, {});
      for (;;) {
        const auto page = copy_->streams(kind, after, kPageSize);
        if (!page) return page.error();
        for (const auto& id : *page) {
          if (interrupted()) return Error{"interrupted"};
          if (auto status = compare(id); !status) return status;
        }
        if (page->size() < kPageSize) break;
        after = page->back();
      }
    }
    return Done{};
  }

  Status compare(const EntityId& id) {
    const auto rebuilt = replay_entity(*copy_, id, kAnyVersion);
    if (!rebuilt) return rebuilt.error();
    ++out_.actors;
    hashes_.push_back(to_text(id) + " " + rebuilt->state_hash + "\n");
    const auto own = replay_entity(log_, id, rebuilt->version);
    if (!own) return own.error();
    if (own->state_hash != rebuilt->state_hash) differ(id, "the log's own replay", own->state_hash);
    const auto kept = replay_from_snapshot(log_, id, rebuilt->version);
    if (!kept) {
      differ(id, "its snapshot", kept.error().message);
    } else if (*kept) {
      ++out_.snapshots;
      if ((*kept)->state_hash != rebuilt->state_hash) {
        differ(id, "its snapshot", (*kept)->state_hash);
      }
    }
    return Done{};
  }

  void differ(const EntityId& id, const std::string& which, const std::string& found) {
    if (out_.difference.empty()) {
      out_.difference = to_text(id) + ": " + which + " gives another state (" + found + ")";
    }
  }

  const EventLog& log_;
  const Moment until_;
  std::unique_ptr<EventLog> copy_;
  std::vector<std::string> hashes_;
  Rebuilt out_;
};

}  // namespace

Result<Rebuilt> rebuild(const EventLog& log, const Moment& until,
                        const std::filesystem::path& scratch,
                        const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  return Rebuilding(log, until).run(scratch, progress);
}

}  // namespace rookery::tool
