// Crashes of stores on a disk that fails, many of them: --rounds N (10000), --seed N (1). A seed
// that breaks a store is printed with what broke; --seed N --rounds 1 replays it. Which thread
// comes first is not part of a seed: replay a few times. Then --points N (60): each file of a store
// is cut and has a bit flipped at so many places.
#include <chrono>
#include <cstdlib>
#include <map>
#include <string>

#include "tests/bench/json_line.h"
#include "tests/faults/damage_sweep.h"
#include "tests/faults/store_life.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

void print(const char* metric, std::uint64_t value, const char* unit) {
  bench::print_figure("crash", metric, static_cast<double>(value), unit, 0);
}

void print_all(const LifeTally& tally, std::uint64_t broken, double seconds) {
  print("rounds", tally.rounds, "crashes");
  print("broken", broken, "stores");
  print("acknowledged", tally.acknowledged, "events");
  print("unknown", tally.unknown, "events");
  print("unknown_kept", tally.unknown_kept, "events");
  print("power_cuts", tally.power_cuts, "crashes");
  print("failed_stores", tally.failed_stores, "crashes");
  print("failed_openings", tally.failed_openings, "crashes");
  print("refused_openings", tally.refused_openings, "stores");
  print("checkpoints_checked", tally.checkpoints, "notes");
  print("snapshots_found", tally.snapshots, "snapshots");
  print("archivings", tally.archivings, "calls");
  print("segments_found", tally.archived, "files");
  print("sorted_files_found", tally.table_files, "files");
  bench::print_figure("crash", "rounds_per_second", static_cast<double>(tally.rounds) / seconds,
                      "1/s", 0);
}

std::uint64_t crash(std::uint64_t seed, std::uint64_t rounds) {
  LifeTally tally;
  std::uint64_t broken = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (; tally.rounds < rounds; ++seed) {
    const auto status = live({.seed = seed}, tally);
    if (status) continue;
    std::fprintf(stderr, "%s\n", status.error().message.c_str());
    ++broken;
    ++tally.rounds;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  print_all(tally, broken, took.count());
  return broken;
}

std::uint64_t damage(std::uint64_t points) {
  DamageTally tally;
  const auto status = sweep_damage(points, tally);
  if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
  print("damages", tally.damages, "stores");
  print("damages_refused", tally.refused, "stores");
  print("damages_unreadable", tally.unreadable, "stores");
  print("damages_harmless", tally.harmless, "stores");
  print("cuts_noticed", tally.cut_noticed, "stores");
  print("cuts_of_what_nobody_signed", tally.cut_unsigned, "stores");
  return status ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::uint64_t> numbers{
      {"--rounds", 10'000}, {"--seed", 1}, {"--points", 60}};
  for (int i = 1; i < argc; i += 2) {
    if (!numbers.contains(argv[i]) || i + 1 == argc) {
      std::fprintf(stderr, "usage: %s [--rounds N] [--seed N] [--points N]\n", argv[0]);
      return 2;
    }
    numbers[argv[i]] = std::strtoull(argv[i + 1], nullptr, 10);
  }
  const auto broken = crash(numbers["--seed"], numbers["--rounds"]) + damage(numbers["--points"]);
  return broken == 0 ? 0 : 1;
}
