// A store at the size that is promised: a log of --events N (10000000) of 200 bytes, a tenth of
// them in one stream. How long it takes to open, read, archive and audit. Prints one JSON object a
// line.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>

#include "eventstore/archive_store.h"
#include "eventstore/rocksdb_event_log.h"
#include "eventstore/verifier.h"
#include "tests/bench/json_line.h"
#include "tests/bench/store_load.h"

namespace {

using namespace rookery;
using namespace rookery::bench;

constexpr std::size_t kStreams = 512;
constexpr std::size_t kPerAppend = 1000;  // into the long stream

void print(const char* metric, double value, const char* unit) {
  print_figure("limits", metric, value, unit, 0);
}

EntityId long_stream() { return make_entity_id(EntityKind::kPhone, {0xff, 0xff}); }

void write_log(EventLog& log, std::uint64_t events) {
  StoreWriters(log, kStreams).run(events - events / 10);
  const std::string payload = random_bytes(kPayloadBytes);
  for (std::uint64_t done = 0; done < events / 10; done += kPerAppend) {
    Append append;
    append.stream = long_stream();
    append.expected_version = done;
    append.events.assign(kPerAppend, {0x030001, 1, payload});
    if (!std::holds_alternative<Appended>(append_and_wait(log, append))) die("not appended");
  }
}

void sign(EventLog& log, const NoteSigner& signer) {
  const TreeHead head = log.tree_head(0);
  const Checkpoint checkpoint{checkpoint_origin(signer.verifier().name, 0), head};
  if (!log.put_checkpoint(0, head.size, sign_checkpoint(checkpoint, {signer}))) die("not signed");
}

std::unique_ptr<EventLog> open(const std::filesystem::path& folder) {
  auto log = open_rocksdb_event_log(folder, {});
  if (!log) die(log.error().message);
  return std::move(*log);
}

void read(const std::filesystem::path& folder, std::uint64_t events, const std::string& when) {
  std::unique_ptr<EventLog> log;
  print(("open_" + when).c_str(), seconds_of([&] { log = open(folder); }), "s");
  std::uint64_t told = 0;
  const auto count = [&](const Envelope&) { return ++told > 0; };
  const double whole = seconds_of([&] {
    if (!log->read_log(0, 1, count) || told != events) die("the log does not read whole");
  });
  print(("log_events_per_second_" + when).c_str(), static_cast<double>(events) / whole, "1/s");
  const double end = seconds_of([&] {
    if (!log->read_stream(long_stream(), events / 10 - 99, count)) die("no end of the stream");
  });
  print(("last_100_of_long_stream_" + when).c_str(), end * 1000, "ms");
}

void audit(const std::filesystem::path& folder, const NoteSigner& signer, const std::string& when) {
  AuditOptions options;
  options.keys = {signer.verifier()};
  const double seconds = seconds_of([&] {
    const auto report = verify_store(folder, options);
    if (!report || report->first_bad) die("the audit found something");
  });
  print(("audit_" + when).c_str(), seconds, "s");
}

void archive(const std::filesystem::path& folder, const NoteSigner& signer) {
  ArchiveOptions options;
  options.before_us = std::numeric_limits<std::int64_t>::max();
  options.signers = {signer};
  Result<ArchiveReport> report = ArchiveReport{};
  const double seconds = seconds_of([&] { report = archive_store(folder, options); });
  if (!report) die(report.error().message);
  print("archived_events_per_second", static_cast<double>(report->events) / seconds, "1/s");
  print("archive_segments", static_cast<double>(report->segments), "files");
  print_figure("limits", "archive_bytes", static_cast<double>(report->file_bytes), "bytes",
               static_cast<double>(report->event_bytes));
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t events = 10'000'000;
  if (argc == 3 && std::strcmp(argv[1], "--events") == 0) {
    events = std::max<std::uint64_t>(std::strtoull(argv[2], nullptr, 10) / 10'000, 1) * 10'000;
  } else if (argc != 1) {
    std::fprintf(stderr, "usage: %s [--events N]\n", argv[0]);
    return 2;
  }
  const auto folder =
      std::filesystem::temp_directory_path() / ("rookery-limits-" + std::to_string(::getpid()));
  const auto signer = NoteSigner::generate("rookery.local/bench");
  const double writing = seconds_of([&] {
    const auto log = open(folder);
    write_log(*log, events);
    sign(*log, signer);
  });
  print("events", static_cast<double>(events), "events");
  print("appended_per_second", static_cast<double>(events) / writing, "1/s");
  open(folder);  // sorts the write-ahead log
  read(folder, events, "in_database");
  audit(folder, signer, "in_database");
  archive(folder, signer);
  read(folder, events, "archived");
  audit(folder, signer, "archived");
  std::filesystem::remove_all(folder);
  return 0;
}
