// What auditors wait for: a whole store verified, an event proven and checked; each beside the
// least that such work could be, in the same run. Prints one JSON object a line.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "eventstore/event_proof.h"
#include "eventstore/rocksdb_event_log.h"
#include "eventstore/rocksdb_tables.h"
#include "eventstore/verifier.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/json_line.h"
#include "tests/bench/store_load.h"

namespace {

using namespace rookery;
using namespace rookery::bench;

constexpr std::size_t kStreams = 512;
constexpr std::uint64_t kEvents = 400'000;
constexpr std::uint64_t kCheckpoints = 20;
constexpr int kRounds = 7;
constexpr int kProofs = 2000;

void sign(EventLog& log, const NoteSigner& signer) {
  const TreeHead head = log.tree_head(0);
  const Checkpoint checkpoint{checkpoint_origin(signer.verifier().name, 0), head};
  if (!log.put_checkpoint(0, head.size, sign_checkpoint(checkpoint, {signer}))) die("not signed");
}

// As after a server's restart: RocksDB has then sorted its write-ahead log into tables. Otherwise
// each opening would replay up to 256 MB of it, and little else would be measured.
void reopen(const std::filesystem::path& folder) {
  const auto log = open_rocksdb_event_log(folder, {});
  if (!log) die(log.error().message);
}

void write_history(const std::filesystem::path& folder, const NoteSigner& signer) {
  auto log = open_rocksdb_event_log(folder, {});
  if (!log) die(log.error().message);
  StoreWriters writers(**log, kStreams);
  for (std::uint64_t i = 0; i < kCheckpoints; ++i) {
    writers.run(kEvents / kCheckpoints);
    sign(**log, signer);
  }
}

// Reads each event once and hashes it once.
void read_and_hash(const std::filesystem::path& folder) {
  const auto tables = RocksDbTables::open(folder, {.read_only = true});
  if (!tables) die(tables.error().message);
  LeafHasher hasher;
  std::uint64_t events = 0;
  const auto it = (*tables)->walk(Table::kEvents);
  for (it->SeekToFirst(); it->Valid(); it->Next(), ++events) {
    hasher.leaf(it->value().ToStringView());
  }
  if (events != kEvents) die("reading lost events");
}

// One thread does the work: what it used is what a core can do.
double cpu_seconds_of(const std::function<void()>& work) {
  const double before = own_cpu_us();
  work();
  return (own_cpu_us() - before) / 1e6;
}

void bench_verify(const std::filesystem::path& folder, const NoteSigner& signer) {
  AuditOptions options;
  options.keys = {signer.verifier()};
  std::vector<double> ours;
  std::vector<double> baseline;
  for (int round = 0; round <= kRounds; ++round) {
    const double seconds = cpu_seconds_of([&] {
      const auto report = verify_store(folder, options);
      if (!report || report->first_bad || report->events != kEvents) die("not verified");
    });
    const double least = cpu_seconds_of([&] { read_and_hash(folder); });
    if (round == 0) continue;  // warms the page cache for both
    ours.push_back(kEvents / seconds);
    baseline.push_back(kEvents / least);
  }
  print_figure("audit", "verify", percentile(ours, 0.5), "events/s a core",
               percentile(baseline, 0.5));
}

struct Times {
  std::vector<double> prove_ms;
  std::vector<double> check_ms;
  std::vector<double> read_ms;  // the event alone
};

Times time_proofs(const EventLog& log, const NoteSigner& signer) {
  Times times;
  std::mt19937_64 random(11);
  for (int i = 0; i < kProofs; ++i) {
    const std::uint64_t position = 1 + random() % kEvents;
    Result<EventProof> proof = Error{};
    times.prove_ms.push_back(1e3 * seconds_of([&] { proof = prove_event(log, 0, position); }));
    if (!proof) die(proof.error().message);
    times.check_ms.push_back(1e3 * seconds_of([&] {
                               if (!check_event_proof(*proof, {signer.verifier()}))
                                 die("a proof does not hold");
                             }));
    // Of another place, so that neither finds what the other has just read.
    times.read_ms.push_back(1e3 * seconds_of([&] {
                              const auto read = log.read_log(0, 1 + random() % kEvents,
                                                             [](const Envelope&) { return false; });
                              if (!read) die(read.error().message);
                            }));
  }
  return times;
}

void bench_proofs(const std::filesystem::path& folder, const NoteSigner& signer) {
  auto log = open_rocksdb_event_log(folder, {.read_only = true});
  if (!log) die(log.error().message);
  Times times = time_proofs(**log, signer);
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}}) {
    const double read = percentile(times.read_ms, share);
    print_figure("audit", std::string("prove_") + name, percentile(times.prove_ms, share), "ms",
                 read);
    print_figure("audit", std::string("check_") + name, percentile(times.check_ms, share), "ms", 0);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path parent = std::filesystem::temp_directory_path();
  if (argc == 3 && std::strcmp(argv[1], "--folder") == 0) {
    parent = argv[2];
  } else if (argc != 1) {
    std::fprintf(stderr, "usage: rookery-bench-audit [--folder DIR]\n");
    return 2;
  }
  std::string pattern = (parent / "audit-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) die("cannot make a folder in " + parent.string());
  const NoteSigner signer = NoteSigner::generate("bench.local/log");
  write_history(pattern, signer);
  reopen(pattern);
  bench_verify(pattern, signer);
  bench_proofs(pattern, signer);
  std::filesystem::remove_all(pattern);
  return 0;
}
