#include "tests/faults/damage_sweep.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "eventstore/checkpoint.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/last_signed.h"
#include "eventstore/rocksdb_event_log.h"
#include "tests/faults/fault_disk.h"

namespace rookery::testing {
namespace {

constexpr const char* kFolder = "/store";
constexpr int kStreams = 3;
constexpr int kSorted = 60;    // appends that end in sorted files
constexpr int kSigned = 20;    // later ones, in the write-ahead log, signed for
constexpr int kUnsigned = 10;  // and those after the last checkpoint

using Files = std::map<std::string, std::string>;

struct Truth {
  std::vector<std::string> events;  // stored bytes, by position
  std::map<std::pair<EntityId, Id128>, std::string> answers;
  std::vector<std::string> notes;  // the last checkpoint
};

EntityId stream_of(int number) {
  std::array<std::uint8_t, 15> tail{};
  tail[14] = static_cast<std::uint8_t>(number);
  return make_entity_id(EntityKind::kPhone, tail);
}

class Sweep {
 public:
  Sweep(std::uint64_t points, DamageTally& tally)
      : points_(points),
        tally_(tally),
        signer_(NoteSigner::from_seed("rookery.local/sweep", NoteKeyKind::kEd25519, {7})) {}

  Status run() {
    if (auto status = build(); !status) return status;
    for (const auto& [name, bytes] : whole_) {
      if (name == "LOCK") continue;
      if (auto status = damage_file(name, bytes); !status) {
        return Error{status.error().message + "\n(" + std::to_string(tally_.damages) + " damages)"};
      }
    }
    return add_foreign_files();
  }

 private:
  // --- the store before it is damaged ------------------------------------------------------------

  Status build() {
    for (const int appends : {kSorted / 2, kSorted / 2, kSigned}) {
      auto log = open();
      if (!log) return log.error();
      if (auto status = append(**log, appends); !status) return status;
      log->reset();
      if (appends == kSorted / 2) older_ = files();
    }
    auto log = open();  // opening sorts what the write-ahead log held; these stay in it
    if (!log) return log.error();
    if (auto status = append(**log, kSigned); !status) return status;
    const TreeHead head = (*log)->tree_head(0);
    const std::string note =
        sign_checkpoint({checkpoint_origin(signer_.verifier().name, 0), head}, {signer_});
    truth_.notes = {note};
    if (auto status = (*log)->put_checkpoint(0, head.size, note); !status) return status;
    if (auto status = append(**log, kUnsigned); !status) return status;
    signed_ = head.size;
    const auto read = (*log)->read_log(0, 1, [&](const Envelope& event) {
      truth_.events.push_back(encode_envelope(event));
      return true;
    });
    disk_.cut_power();  // closing must not sort anything
    log->reset();
    disk_.lose_power(PowerLoss::kKeepsAll, 0);
    whole_ = files();
    return read;
  }

  Result<std::unique_ptr<EventLog>> open() {
    return open_rocksdb_event_log(kFolder, {.env = disk_.env(), .write_buffer_bytes = 64 << 10});
  }

  Status append(EventLog& log, int appends) {
    for (int i = 0; i < appends; ++i) {
      Append append;
      append.stream = stream_of(commands_ % kStreams);
      append.expected_version = kAnyVersion;
      append.provenance.command_id.bytes[0] = static_cast<std::uint8_t>(++commands_);
      append.command_result = "answer " + std::to_string(commands_);
      append.events.push_back({0x030001, 1, "event " + std::to_string(commands_)});
      truth_.answers[{append.stream, append.provenance.command_id}] = append.command_result;
      const auto result = append_and_wait(log, append);
      if (!std::holds_alternative<Appended>(result)) return Error{"the whole store took no append"};
    }
    return Done{};
  }

  Files files() const {
    Files found;
    for (const auto& name : disk_.files(kFolder)) {
      found[name] = disk_.read(std::string(kFolder) + "/" + name);
    }
    return found;
  }

  // --- damages -----------------------------------------------------------------------------------

  Status damage_file(const std::string& name, const std::string& bytes) {
    Files damaged = whole_;
    damaged.erase(name);
    if (auto status = judge(damaged, name, "taken away"); !status) return status;
    if (const auto old = older_.find(name); old != older_.end() && old->second != bytes) {
      damaged[name] = old->second;
      if (auto status = judge(damaged, name, "replaced by an older one"); !status) return status;
    }
    const std::uint64_t points = std::min<std::uint64_t>(points_, bytes.size());
    for (std::uint64_t point = 0; point < points; ++point) {
      const std::size_t at = points == 1 ? 0 : point * (bytes.size() - 1) / (points - 1);
      damaged[name] = bytes.substr(0, at);
      const std::string where = " at " + std::to_string(at) + " of " + std::to_string(bytes.size());
      if (auto status = judge(damaged, name, "cut" + where); !status) return status;
      damaged[name] = bytes;
      damaged[name][at] = static_cast<char>(bytes[at] ^ (1 << (point % 8)));
      if (auto status = judge(damaged, name, "bit flipped" + where); !status) return status;
    }
    return Done{};
  }

  Status add_foreign_files() {
    for (const std::string name : {"notes.txt", "000999.sst", "000998.log", "MANIFEST-000997",
                                   "OPTIONS-000996", "CURRENT.bak", "000995.dbtmp"}) {
      Files damaged = whole_;
      damaged[name] = "not of this store";
      if (auto status = judge(damaged, name, "added"); !status) return status;
    }
    return Done{};
  }

  // --- what it says ------------------------------------------------------------------------------

  Status judge(const Files& damaged, const std::string& name, const std::string& how) {
    ++tally_.damages;
    lay_out(damaged);
    const auto lie = [&](const std::string& what) { return Error{name + " " + how + ": " + what}; };
    auto log = open();
    if (!log) {
      note(name, how, "refused: " + log.error().message);
      ++tally_.refused;
      if (log.error().message.find(kind_of(name)) != std::string::npos) return Done{};
      return lie("refused without naming the file: " + log.error().message);
    }
    std::uint64_t told = 0;
    bool right = true;
    const auto read = (*log)->read_log(0, 1, [&](const Envelope& event) {
      right = told < truth_.events.size() && encode_envelope(event) == truth_.events[told];
      ++told;
      return right;
    });
    if (!right) return lie("tells another event at position " + std::to_string(told));
    const auto answered = answers_hold(**log, told);
    if (!answered) return lie(answered.error().message);
    if (!read) {
      note(name, how, "read: " + read.error().message);
      ++tally_.unreadable;
      if (read.error().message.find("damaged") != std::string::npos) return Done{};
      return lie("unreadable for another reason: " + read.error().message);
    }
    if (told == truth_.events.size()) {
      note(name, how, "harmless");
      ++tally_.harmless;
      return Done{};
    }
    const auto whole = check_signed(**log, truth_.notes, {signer_.verifier()});
    note(name, how, whole ? "lost what nobody signed for" : "check: " + whole.error().message);
    if (!name.ends_with(".log")) return lie("lost events without a word");
    if (whole) {
      ++tally_.cut_unsigned;
      return told >= signed_ ? Status(Done{}) : lie("lost signed events without a word");
    }
    ++tally_.cut_noticed;
    return told < signed_ ? Status(Done{}) : lie("complains of signed events that are there");
  }

  // Those of the events that it tells; of an unreadable table it may say so instead.
  Status answers_hold(const EventLog& log, std::uint64_t told) {
    for (std::uint64_t i = 0; i < told; ++i) {
      const auto event = decode_envelope(truth_.events[i]);
      const auto answer = log.command_result(event->stream, event->provenance.command_id);
      if (!answer) continue;
      if (*answer != truth_.answers[{event->stream, event->provenance.command_id}]) {
        return Error{"has another answer to command " + std::to_string(i + 1)};
      }
    }
    return Done{};
  }

  void lay_out(const Files& wanted) {
    for (const auto& [name, bytes] : files()) {
      if (!wanted.contains(name)) disk_.remove(std::string(kFolder) + "/" + name);
    }
    for (const auto& [name, bytes] : wanted) disk_.write(std::string(kFolder) + "/" + name, bytes);
  }

  // How messages name it: "000012" with one ending or another, "MANIFEST"; for CURRENT also the
  // MANIFEST that it should have named.
  static std::string kind_of(const std::string& name) {
    return name == "CURRENT" ? "" : name.substr(0, name.find_first_of("-."));
  }
  void note(const std::string& name, const std::string& how, const std::string& what) {
    const auto dot = name.rfind('.');
    const std::string kind = dot == std::string::npos ? kind_of(name) : name.substr(dot);
    tally_.messages.emplace(kind + " " + how.substr(0, how.find(' ')) + " → " + what.substr(0, 8),
                            name + " " + how + ": " + what);
  }

  const std::uint64_t points_;
  DamageTally& tally_;
  const NoteSigner signer_;
  FaultDisk disk_;
  int commands_ = 0;
  Truth truth_;
  std::uint64_t signed_ = 0;
  Files older_;
  Files whole_;
};

}  // namespace

Status sweep_damage(std::uint64_t points, DamageTally& tally) { return Sweep(points, tally).run(); }

}  // namespace rookery::testing
