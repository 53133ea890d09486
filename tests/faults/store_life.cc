#include "tests/faults/store_life.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "eventstore/archive_store.h"
#include "eventstore/checkpoint.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/rocksdb_event_log.h"
#include "eventstore/store_check.h"
#include "eventstore/verifier.h"

namespace rookery::testing {
namespace {

constexpr const char* kFolder = "/data/store";
constexpr unsigned kStreams = 6;
constexpr std::size_t kBufferBytes = 64 << 10;  // the least that RocksDB takes

EntityId stream_of(unsigned number) {
  std::array<std::uint8_t, 15> tail{};
  tail[14] = static_cast<std::uint8_t>(number);
  return make_entity_id(EntityKind::kPhone, tail);
}

Id128 command_of(std::uint64_t number) {
  Id128 id;
  for (int i = 0; i < 8; ++i) id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

// One append as it was asked for.
struct Asked {
  std::uint64_t number = 0;  // its command
  EntityId stream;
  std::vector<std::string> payloads;
};

// Collects the answers of appends that are on their way together.
class Answers {
 public:
  explicit Answers(std::size_t count) : results_(count), missing_(count) {}
  void put(std::size_t at, AppendResult result) {
    const std::lock_guard lock(mutex_);
    results_[at] = std::move(result);
    if (--missing_ == 0) all_.notify_one();
  }
  std::vector<AppendResult> wait() {
    std::unique_lock lock(mutex_);
    all_.wait(lock, [this] { return missing_ == 0; });
    return std::move(results_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_;
  std::vector<AppendResult> results_;
  std::size_t missing_;
};

class Life {
 public:
  Life(const LifeOptions& options, LifeTally& tally)
      : options_(options), tally_(tally), random_(options.seed), shards_(1 + random_() % 3) {
    std::array<std::uint8_t, 32> key{};
    key[0] = static_cast<std::uint8_t>(options.seed);
    signers_ = {NoteSigner::from_seed("rookery.local/life", NoteKeyKind::kEd25519, key)};
  }

  Status run() {
    for (unsigned round = 0; round < options_.rounds && !over_; ++round) {
      auto status = live_round();
      if (!status) {
        return Error{"seed " + std::to_string(options_.seed) + " round " + std::to_string(round) +
                     ": " + status.error().message + "\n" + disk_.history()};
      }
      ++tally_.rounds;
    }
    return Done{};
  }

 private:
  using Place = std::pair<EntityId, std::uint64_t>;  // stream and version

  Status live_round() {
    disk_.set_faults(choose_faults());
    auto log = open_rocksdb_event_log(kFolder, store_options(false));
    if (!log && !disk_.failed()) return Error{"cannot open: " + log.error().message};
    tally_.failed_openings += log.ok() ? 0 : 1;
    Status status = Done{};
    if (log) {
      status = work(**log);
      tally_.failed_stores += (*log)->failure() ? 1 : 0;
      const bool archiving = random_() % 3 == 0;
      if (!archiving) disk_.cut_power();
      log->reset();
      if (status && archiving) status = archive();
      disk_.cut_power();
    }
    if (!status) return status;
    return crash_and_look();
  }

  DiskFaults choose_faults() {
    DiskFaults faults;
    faults.seed = random_();
    faults.lying = options_.lying_disk;
    switch (random_() % 5) {
      case 0:  // the power fails while the store opens, or soon after
        faults.power_fails_after = 1 + random_() % 80;
        break;
      case 1:
        faults.power_fails_after = 1 + random_() % 800;
        break;
      case 2:
        faults.failing = random_() % 2 == 0 ? 0.002 : 0.02;
        faults.full = random_() % 3 == 0;
        break;
      default:
        break;  // only the crash at the end
    }
    faults.retryable = random_() % 2 == 0;
    tally_.power_cuts += faults.power_fails_after > 0 ? 1 : 0;
    return faults;
  }

  RocksDbOptions store_options(bool read_only) const {
    return {.shard_count = shards_,
            .epoch = 1,
            .read_only = read_only,
            .env = disk_.env(),
            .write_buffer_bytes = kBufferBytes};
  }

  // --- while it runs -----------------------------------------------------------------------------

  Status work(EventLog& log) {
    for (unsigned steps = static_cast<unsigned>(random_() % 40); steps > 0; --steps) {
      const auto kind = random_() % 10;
      if (kind == 0) {
        keep_snapshot(log);
      } else if (kind == 1) {
        sign(log);
      } else if (auto status = append_some(log); !status) {
        return status;
      }
      if (!log.failure()) continue;
      if (auto status = refuses_everything(log); !status) return status;
      break;
    }
    return look(log, false);
  }

  Status append_some(EventLog& log) {
    std::vector<Asked> asked(1 + random_() % 6);
    for (auto& one : asked) one = make_asked();
    Answers answers(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
      log.append(append_of(asked[i]),
                 [&answers, i](AppendResult result) { answers.put(i, std::move(result)); });
    }
    const auto results = answers.wait();
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (const auto* done = std::get_if<Appended>(&results[i])) {
        acknowledge(asked[i], *done);
      } else if (std::holds_alternative<StoreFailed>(results[i])) {
        tally_.unknown += asked[i].payloads.size();
        if (!log.failure()) return Error{"an append failed and the store goes on"};
      } else {
        return Error{"an append was neither taken nor did the store fail"};
      }
    }
    return Done{};
  }

  Asked make_asked() {
    Asked asked;
    asked.number = ++commands_;
    asked.stream = stream_of(static_cast<unsigned>(random_() % kStreams));
    const auto count = 1 + random_() % 3;
    for (std::uint64_t i = 0; i < count; ++i) {
      std::string payload = std::to_string(asked.number) + "/" + std::to_string(i) + " ";
      payload.append(random_() % 8 == 0 ? random_() % 20'000 : random_() % 200,
                     static_cast<char>('a' + i));
      asked.payloads.push_back(std::move(payload));
    }
    asked_.emplace(asked.number, asked);
    return asked;
  }

  static Append append_of(const Asked& asked) {
    Append append;
    append.stream = asked.stream;
    append.expected_version = kAnyVersion;
    append.provenance.command_id = command_of(asked.number);
    append.command_result = "answer " + std::to_string(asked.number);
    // The machine's clock goes forth and back; nothing may lean on it.
    append.provenance.wall_time_us = static_cast<std::int64_t>(mixed(asked.number, 1) >> 14);
    for (const auto& payload : asked.payloads) append.events.push_back({0x030001, 1, payload});
    return append;
  }

  void acknowledge(const Asked& asked, const Appended& done) {
    tally_.acknowledged += done.count;
    for (std::uint64_t i = 0; i < done.count; ++i) {
      known_[{asked.stream, done.first_version + i}] = {asked.number, i, done.first_position + i};
    }
  }

  void keep_snapshot(EventLog& log) {
    const EntityId stream = stream_of(static_cast<unsigned>(random_() % kStreams));
    const auto version = log.stream_version(stream);
    if (!version || *version == 0) return;
    log.put_snapshot(snapshot_of(stream, *version));  // optional: may fail
  }

  static Snapshot snapshot_of(const EntityId& stream, std::uint64_t version) {
    Snapshot snapshot;
    snapshot.stream = stream;
    snapshot.version = version;
    snapshot.epoch = 1;
    snapshot.schema = 1;
    snapshot.phase = "Phase";
    snapshot.state = to_text(stream) + std::string(version * 5, 's');
    snapshot.state_hash = hash_of_state(snapshot.phase, snapshot.state);
    return snapshot;
  }

  void sign(EventLog& log) {
    for (Shard shard = 0; shard < shards_; ++shard) {
      const TreeHead head = log.tree_head(shard);
      if (head.size == 0) continue;
      const Checkpoint checkpoint{checkpoint_origin(signers_.front().verifier().name, shard), head};
      log.put_checkpoint(shard, head.size, sign_checkpoint(checkpoint, signers_));  // may fail
    }
  }

  Status archive() {
    ++tally_.archivings;
    ArchiveOptions options;
    if (random_() % 2 == 0) options.stream = stream_of(static_cast<unsigned>(random_() % kStreams));
    options.before_us = static_cast<std::int64_t>(random_() >> 14);
    options.signers = signers_;
    options.env = disk_.env();
    const auto report = archive_store(kFolder, options);
    if (report || disk_.failed()) return Done{};
    return Error{"cannot archive: " + report.error().message};
  }

  // What failed must not come back to life before a restart, not even on a disk that works again.
  Status refuses_everything(EventLog& log) {
    Asked asked = make_asked();
    const auto result = append_and_wait(log, append_of(asked));
    if (!std::holds_alternative<StoreFailed>(result)) {
      return Error{"a store that had failed took another append"};
    }
    never_.insert(asked.number);
    return Done{};
  }

  // --- after the crash ---------------------------------------------------------------------------

  Status crash_and_look() {
    const auto way = random_() % 8;
    const PowerLoss loss = way == 0   ? PowerLoss::kKeepsAll
                           : way == 1 ? PowerLoss::kLeavesGarbage
                                      : PowerLoss::kKeepsPrefix;
    disk_.lose_power(loss, random_());
    for (const auto& name : disk_.files(kFolder)) {
      if (name.ends_with(".sst")) ++tally_.table_files;
      if (name.ends_with(".seg")) ++tally_.archived;
    }
    auto log = open_rocksdb_event_log(kFolder, store_options(false));
    if (!log) {
      if (loss != PowerLoss::kLeavesGarbage) {
        return Error{"does not come back: " + log.error().message};
      }
      ++tally_.refused_openings;  // it may refuse, as long as it says why
      over_ = true;
      if (log.error().message.find("damaged") != std::string::npos) return Done{};
      return Error{"refuses garbage without saying so: " + log.error().message};
    }
    const auto status = look(**log, true);
    log->reset();
    if (!status) return status;
    const auto check = check_store(kFolder, disk_.env());
    if (!check) return Error{"contradicts itself: " + check.error().message};
    if (check->events != known_.size()) return Error{"holds other events than it tells"};
    return random_() % 4 == 0 ? audit() : Done{};
  }

  // Everything it says must be true, and nothing known may be missing. What it tells after a crash
  // is from then on known.
  Status look(const EventLog& log, bool after_crash) {
    std::set<Place> told;
    for (Shard shard = 0; shard < log.shard_count(); ++shard) {
      if (auto status = look_at_log(log, shard, after_crash, told); !status) return status;
    }
    for (const auto& [place, event] : known_) {
      if (!told.contains(place)) {
        return Error{"lost " + to_text(place.first) + " version " + std::to_string(place.second)};
      }
      const auto answer = log.command_result(place.first, command_of(event.command));
      if (!answer || *answer != "answer " + std::to_string(event.command)) {
        return Error{"lost the answer of command " + std::to_string(event.command)};
      }
    }
    for (unsigned stream = 0; stream < kStreams; ++stream) {
      if (auto status = look_at_stream(log, stream_of(stream)); !status) return status;
    }
    return Done{};
  }

  Status look_at_log(const EventLog& log, Shard shard, bool after_crash, std::set<Place>& told) {
    LeafHasher hasher;
    MerkleFrontier tree;
    std::map<std::uint64_t, Hash256> roots;
    std::optional<Error> wrong;
    const auto status = log.read_log(shard, 1, [&](const Envelope& event) {
      tree.add(hasher, hasher.leaf(encode_envelope(event)), {});
      roots[tree.size()] = tree.root(hasher);
      if (event.position != tree.size()) wrong = Error{"a gap before a position"};
      if (auto right = judge(event, after_crash); !right) wrong = right.error();
      told.emplace(event.stream, event.version);
      return !wrong;
    });
    if (wrong) return *wrong;
    if (!status) return status;
    if (log.last_position(shard) != tree.size()) return Error{"fewer events than positions"};
    if (log.tree_head(shard) != tree.head(hasher)) return Error{"a wrong root of the tree"};
    return log.read_checkpoints(
               shard, 0,
               [&](std::uint64_t size, const std::string& note) {
                 const auto verified = verify_checkpoint(note, {signers_.front().verifier()});
                 if (!verified || size > tree.size() ||
                     verified->checkpoint.head.root != roots[size]) {
                   wrong =
                       Error{"a checkpoint over " + std::to_string(size) + " events does not hold"};
                 }
                 ++tally_.checkpoints;
                 return !wrong;
               }) &&
                   !wrong
               ? Status(Done{})
               : Status(wrong.value_or(Error{"cannot read checkpoints"}));
  }

  // Is it one that was asked for, where it was said to be?
  Status judge(const Envelope& event, bool after_crash) {
    const Place place(event.stream, event.version);
    std::uint64_t number = 0;
    for (int i = 0; i < 8; ++i) {
      number |= std::uint64_t{event.provenance.command_id.bytes[i]} << (8 * i);
    }
    const auto asked = asked_.find(number);
    const auto slash = event.payload.find('/');
    if (asked == asked_.end() || slash == std::string::npos || never_.contains(number) ||
        asked->second.stream != event.stream) {
      return Error{"an event that was never appended"};
    }
    const std::uint64_t index = std::stoull(event.payload.substr(slash + 1));
    if (index >= asked->second.payloads.size() || asked->second.payloads[index] != event.payload) {
      return Error{"an event with other bytes than were appended"};
    }
    const auto known = known_.find(place);
    if (known == known_.end()) {
      if (!after_crash) return Error{"an event that was not acknowledged is told"};
      ++tally_.unknown_kept;
      known_[place] = {number, index, event.position};
      return Done{};
    }
    if (known->second.command != number || known->second.index != index ||
        known->second.position != event.position) {
      return Error{"another event stands in the place of an acknowledged one"};
    }
    return Done{};
  }

  Status look_at_stream(const EventLog& log, const EntityId& stream) {
    std::uint64_t version = 0;
    std::uint64_t whole = 0;  // appends are there whole or not at all
    bool right = true;
    const auto status = log.read_stream(stream, 1, [&](const Envelope& event) {
      const auto known = known_.find({stream, event.version});
      right = right && event.version == version + 1 && known != known_.end() &&
              known->second.index == whole;
      if (!right) return false;
      version = event.version;
      const auto size = asked_.at(known->second.command).payloads.size();
      whole = whole + 1 == size ? 0 : whole + 1;
      return true;
    });
    if (!status) return status;
    if (!right || whole != 0) return Error{to_text(stream) + " tells a part of an append"};
    const auto head = log.stream_version(stream);
    if (!head || *head != version) return Error{"the head of " + to_text(stream) + " differs"};
    const auto snapshot = log.last_snapshot(stream, kAnyVersion);
    if (!snapshot) return snapshot.error();
    if (!*snapshot) return Done{};
    ++tally_.snapshots;
    if ((*snapshot)->version > version || **snapshot != snapshot_of(stream, (*snapshot)->version)) {
      return Error{"a snapshot of " + to_text(stream) + " that was never kept"};
    }
    return Done{};
  }

  Status audit() {
    AuditOptions options;
    options.keys = {signers_.front().verifier()};
    options.env = disk_.env();
    const auto report = verify_store(kFolder, options);
    if (!report) return report.error();
    if (report->first_bad) {
      return Error{"the audit finds " + report->first_bad->field + ": " +
                   report->first_bad->message};
    }
    return Done{};
  }

  struct Known {
    std::uint64_t command = 0;
    std::uint64_t index = 0;  // within its append
    std::uint64_t position = 0;
  };

  const LifeOptions options_;
  LifeTally& tally_;
  FaultDisk disk_;
  std::mt19937_64 random_;
  const std::uint16_t shards_;
  std::vector<NoteSigner> signers_;
  std::uint64_t commands_ = 0;
  std::map<std::uint64_t, Asked> asked_;
  std::map<Place, Known> known_;
  std::set<std::uint64_t> never_;  // commands that a failed store refused
  bool over_ = false;
};

}  // namespace

Status live(const LifeOptions& options, LifeTally& tally) { return Life(options, tally).run(); }

}  // namespace rookery::testing
