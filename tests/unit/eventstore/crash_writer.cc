// Appends in closed loops until it is killed. Each acknowledged append goes to standard output as
// one CrashRecord.
// Usage: eventstore_crash_writer FOLDER SEED
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>

#include "eventstore/rocksdb_event_log.h"
#include "tests/unit/eventstore/crash_record.h"

namespace {

using namespace rookery;
using namespace rookery::testing;

constexpr std::uint32_t kWriters = 16;

class Writer {
 public:
  Writer(EventLog& log, std::uint32_t stream, std::uint64_t seed)
      : log_(log), stream_(stream), random_(seed * kWriters + stream) {
    const auto version = log.stream_version(crash_stream(stream));
    if (!version) std::exit(3);
    version_ = *version;
  }

  void send() {
    Append append;
    append.stream = crash_stream(stream_);
    append.expected_version = version_;
    const std::uint64_t count = 1 + random_() % 3;
    append.provenance.command_id = crash_command(stream_, version_ + 1);
    append.command_result = crash_answer(stream_, version_ + 1);
    for (std::uint64_t i = 1; i <= count; ++i) {
      append.events.push_back({0x030001, 1, crash_payload(stream_, version_ + i)});
    }
    log_.append(std::move(append), [this](const AppendResult& result) { answered(result); });
  }

 private:
  void answered(const AppendResult& result) {
    const auto* appended = std::get_if<Appended>(&result);
    if (appended == nullptr) std::_Exit(4);
    version_ += appended->count;
    const CrashRecord record{stream_, appended->first_version, appended->count,
                             appended->first_position};
    // Smaller than PIPE_BUF: the record arrives whole or not at all.
    if (write(STDOUT_FILENO, &record, sizeof record) != sizeof record) std::_Exit(5);
    send();
  }

  EventLog& log_;
  const std::uint32_t stream_;
  std::mt19937_64 random_;
  std::uint64_t version_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  auto log = open_rocksdb_event_log(argv[1], {.shard_count = kCrashShards});
  if (!log) {
    std::fprintf(stderr, "%s\n", log.error().message.c_str());
    return 1;
  }
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint32_t stream = 0; stream < kWriters; ++stream) {
    writers.push_back(std::make_unique<Writer>(**log, stream, std::strtoull(argv[2], nullptr, 10)));
  }
  for (auto& writer : writers) writer->send();
  while (true) pause();
}
