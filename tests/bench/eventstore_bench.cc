// Durable appends and replay, each against raw RocksDB used the best way, in interleaved rounds.
// Prints one JSON object a line. Usage: eventstore_bench [--folder DIR] [--rounds N]
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "eventstore/envelope_codec.h"
#include "eventstore/record_keys.h"
#include "eventstore/rocksdb_event_log.h"
#include "eventstore/rocksdb_tables.h"
#include "tests/bench/json_line.h"
#include "tests/bench/rivals/rival.h"
#include "tests/bench/store_load.h"

namespace {

using namespace rookery;
using namespace rookery::bench;

constexpr std::size_t kBatchesPerRound = 150;  // short rounds: both sides meet the same disk
constexpr std::size_t kReplayEvents = 200'000;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void report(const std::string& metric, const std::vector<double>& ours,
            const std::vector<double>& raw) {
  const double value = median(ours);
  const double baseline = median(raw);
  std::printf(
      "{\"bench\":\"eventstore\",\"metric\":\"%s\",\"value\":%.0f,\"unit\":\"events/s\","
      "\"baseline\":%.0f,\"ratio\":%.3f}\n",
      metric.c_str(), value, baseline, value / baseline);
  std::fflush(stdout);
}

// The same keys and as many bytes, by one thread that does nothing else.
class RawWriter {
 public:
  RawWriter(RocksDbTables& tables, std::size_t writers) : tables_(tables), writers_(writers) {}

  void run(std::uint64_t appends) {
    const auto options = synced_write();
    for (std::uint64_t done = 0; done < appends; done += writers_) {
      batch_.Clear();
      ++version_;
      for (std::size_t writer = 0; writer < writers_; ++writer) put_event(writer);
      if (!tables_.db().Write(options, &batch_).ok()) die("raw write failed");
    }
  }

 private:
  void put_event(std::size_t writer) {
    const EntityId stream = writer_stream(writer);
    const LogEntry entry{stream, version_, leaf_};
    put(Table::kEvents, event_key(0, stream, version_).view(), envelope_);
    put(Table::kLog, log_key(0, ++position_).view(), encode_log_entry(entry).view());
    put(Table::kAnswers, answer_key(stream, nth_command(position_)).view(), answer_);
    put(Table::kHeads, head_key(stream).view(), encode_head({version_, 1, leaf_}).view());
  }
  void put(Table table, std::string_view key, std::string_view value) {
    if (!batch_.Put(tables_.of(table), slice(key), slice(value)).ok()) die("raw put failed");
  }

  RocksDbTables& tables_;
  const std::size_t writers_;
  const std::string envelope_ = random_bytes(kEnvelopeHeaderBytes + kPayloadBytes);
  const std::string answer_ = random_bytes(kAnswerBytes);
  const Hash256 leaf_{1, 2, 3};
  rocksdb::WriteBatch batch_{1 << 20};
  std::uint64_t version_ = 0;
  std::uint64_t position_ = 0;
};

void bench_appends(const std::filesystem::path& folder, std::size_t writers, int rounds) {
  const auto name = "append_" + std::to_string(writers);
  auto log = open_rocksdb_event_log(folder / (name + "_store"), {});
  auto tables = RocksDbTables::open(folder / (name + "_raw"), {});
  if (!log || !tables) die("cannot open a store in " + folder.string());
  StoreWriters store(**log, writers);
  RawWriter raw(**tables, writers);
  const std::uint64_t appends = writers * kBatchesPerRound;
  store.run(appends / 4 / writers * writers);
  raw.run(appends / 4 / writers * writers);
  std::vector<double> ours;
  std::vector<double> baseline;
  for (int round = 0; round < rounds; ++round) {
    ours.push_back(appends / seconds_of([&] { store.run(appends); }));
    baseline.push_back(appends / seconds_of([&] { raw.run(appends); }));
  }
  report(name, ours, baseline);
}

void write_history(const std::filesystem::path& folder) {
  auto log = open_rocksdb_event_log(folder, {});
  if (!log) die(log.error().message);
  StoreWriters(**log, 512).run(kReplayEvents);
}

void iterate_raw(const RocksDbTables& tables) {
  std::size_t events = 0;
  std::size_t bytes = 0;
  const auto it = tables.iterate(Table::kEvents);
  for (it->SeekToFirst(); it->Valid(); it->Next(), ++events) bytes += it->value().size();
  if (events != kReplayEvents || bytes == 0) die("raw replay lost events");
}

void bench_replay(const std::filesystem::path& folder, int rounds) {
  write_history(folder / "replay");
  auto log = open_rocksdb_event_log(folder / "replay", {.read_only = true});
  auto tables = RocksDbTables::open(folder / "replay", {.read_only = true});
  if (!log || !tables) die("cannot open the replay store");
  std::size_t events = 0;
  const auto count = [&](const Envelope&) { return ++events, true; };
  std::vector<double> by_stream;
  std::vector<double> by_position;
  std::vector<double> baseline;
  for (int round = 0; round <= rounds; ++round) {
    events = 0;
    const double stream_seconds = seconds_of([&] {
      for (std::size_t i = 0; i < 512; ++i) {
        if (!(*log)->read_stream(writer_stream(i), 1, count)) die("replay failed");
      }
    });
    const double log_seconds = seconds_of([&] {
      if (!(*log)->read_log(0, 1, count)) die("replay failed");
    });
    if (events != 2 * kReplayEvents) die("replay lost events");
    const double raw_seconds = seconds_of([&] { iterate_raw(**tables); });
    if (round == 0) continue;  // warms the caches of all three
    by_stream.push_back(kReplayEvents / stream_seconds);
    by_position.push_back(kReplayEvents / log_seconds);
    baseline.push_back(kReplayEvents / raw_seconds);
  }
  report("replay", by_stream, baseline);
  report("replay_by_position", by_position, baseline);
}

// So many that a round takes about half a second.
std::uint64_t appends_per_round(std::size_t writers,
                                const std::function<void(std::uint64_t)>& run) {
  const std::uint64_t probe = writers * 20;
  run(probe);
  const double rate = static_cast<double>(probe) / seconds_of([&] { run(probe); });
  return std::max<std::uint64_t>(writers, static_cast<std::uint64_t>(rate / 2));
}

struct Contender {
  std::string name;
  bool durable = true;
  std::function<void(std::uint64_t)> run;
  std::uint64_t appends = 0;
  std::vector<double> rates = {};
};

// Rookery's log, in this process as it is used, and others' servers, over a socket as they are
// used. A ratio is Rookery's rate over theirs.
void bench_rivals(const std::filesystem::path& folder, std::size_t writers, int rounds) {
  auto log = open_rocksdb_event_log(folder / "beside_rivals", {});
  if (!log) die(log.error().message);
  StoreWriters store(**log, writers);
  const auto rivals = start_rivals(folder, writers);
  std::vector<Contender> contenders;
  contenders.push_back({"rookery", true, [&](std::uint64_t count) { store.run(count); }});
  for (const auto& rival : rivals) {
    contenders.push_back(
        {rival->name(), rival->durable(), [&rival](std::uint64_t count) { rival->run(count); }});
  }
  for (Contender& each : contenders) each.appends = appends_per_round(writers, each.run);
  for (int round = 0; round < rounds; ++round) {
    for (Contender& each : contenders) {
      each.rates.push_back(static_cast<double>(each.appends) /
                           seconds_of([&] { each.run(each.appends); }));
    }
  }
  const double ours = median(contenders.front().rates);
  double best = 0;
  for (const Contender& each : contenders) {
    if (&each == &contenders.front()) continue;
    const double theirs = median(each.rates);
    if (each.durable) best = std::max(best, theirs);
    const std::string metric = "append_" + std::to_string(writers) + "_beside_" + each.name;
    print_figure("eventstore", metric + (each.durable ? "" : "_not_synced"), ours, "events/s",
                 theirs);
  }
  if (best > 0) {
    print_figure("eventstore", "append_" + std::to_string(writers) + "_beside_best_rival", ours,
                 "events/s", best);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path parent = std::filesystem::temp_directory_path();
  int rounds = 41;
  for (int i = 1; i < argc; i += 2) {
    const std::string flag = argv[i];
    if (i + 1 < argc && flag == "--folder") {
      parent = argv[i + 1];
    } else if (i + 1 < argc && flag == "--rounds" && std::atoi(argv[i + 1]) > 0) {
      rounds = std::atoi(argv[i + 1]);
    } else {
      std::fprintf(stderr, "usage: rookery-bench-eventstore [--folder DIR] [--rounds N]\n");
      return 2;
    }
  }
  std::string pattern = (parent / "eventstore-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) die("cannot make a folder in " + parent.string());
  // PostgreSQL runs as another user and has to pass through.
  std::filesystem::permissions(pattern, std::filesystem::perms(0711));
  for (const std::size_t writers : {1, 16, 64}) bench_appends(pattern, writers, rounds);
  bench_replay(pattern, rounds);
  bench_rivals(pattern, 64, std::min(rounds, 15));
  std::filesystem::remove_all(pattern);
  return 0;
}
