// kill -9 at random moments: whatever was acknowledged must be there, and everything must hold
// together. The expected state is kept in this process, outside the database.
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <random>

#include "eventstore/store_check.h"
#include "tests/unit/eventstore/crash_record.h"
#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

constexpr int kRounds = 30;
constexpr int kAnswerDeadlineMs = 120'000;

// A running writer; killed at the latest when this goes.
class CrashWriter {
 public:
  CrashWriter(const std::filesystem::path& folder, int seed) {
    int ends[2];
    BOOST_REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    const std::string seed_text = std::to_string(seed);
    pid_ = fork();
    BOOST_REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(CRASH_WRITER, CRASH_WRITER, folder.c_str(), seed_text.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    pipe_ = ends[0];
  }
  ~CrashWriter() {
    if (pid_ > 0) kill_now();
    close(pipe_);
  }
  CrashWriter(const CrashWriter&) = delete;
  CrashWriter& operator=(const CrashWriter&) = delete;

  // False when nothing came in time, or nothing will come any more.
  bool next(CrashRecord& record, int timeout_ms) {
    pollfd ready{pipe_, POLLIN, 0};
    if (poll(&ready, 1, timeout_ms) != 1) return false;
    const ssize_t size = read(pipe_, &record, sizeof record);
    BOOST_REQUIRE((size == 0 || size == sizeof record));
    return size != 0;
  }
  void kill_now() {
    kill(pid_, SIGKILL);
    int status = 0;
    BOOST_REQUIRE(waitpid(std::exchange(pid_, -1), &status, 0) > 0);
    BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL),
               "the writer ended by itself, exit status " << status);
  }

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

// What was acknowledged so far.
class Expected {
 public:
  void add(const CrashRecord& record) {
    auto& version = versions_[record.stream];
    BOOST_TEST(record.first_version >= version + 1);
    version = record.first_version + record.count - 1;
    positions_[{record.stream, record.first_version}] = record.first_position;
    ++acknowledged_;
  }
  std::uint64_t acknowledged() const { return acknowledged_; }

  void compare(const EventLog& log) const {
    for (const auto& [stream, version] : versions_) {
      BOOST_TEST(*log.stream_version(crash_stream(stream)) >= version);
      const auto events = stream_events(log, crash_stream(stream));
      BOOST_TEST(events.size() >= version);
      for (const Envelope& event : events) {
        BOOST_REQUIRE((event.payload == crash_payload(stream, event.version)));
      }
    }
    for (const auto& [append, position] : positions_) {
      const auto& [stream, version] = append;
      const auto answer = log.command_result(crash_stream(stream), crash_command(stream, version));
      BOOST_REQUIRE((answer.ok() && answer->has_value()));
      BOOST_REQUIRE(**answer == crash_answer(stream, version));
      const Shard shard = log.shard_of(crash_stream(stream));
      BOOST_REQUIRE(log.last_position(shard) >= position);
    }
    for (Shard shard = 0; shard < log.shard_count(); ++shard) {
      const auto events = log_events(log, shard);
      BOOST_REQUIRE(events.size() == log.last_position(shard));
      for (std::size_t i = 0; i < events.size(); ++i) {
        BOOST_REQUIRE(events[i].position == i + 1);
        const auto acknowledged = positions_.find({events[i].stream.bytes[15], events[i].version});
        if (acknowledged != positions_.end()) BOOST_REQUIRE(acknowledged->second == i + 1);
      }
    }
  }

 private:
  std::map<std::uint64_t, std::uint64_t> versions_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> positions_;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(killing_the_writer_loses_nothing_that_was_acknowledged) {
  TemporaryFolder folder;
  Expected expected;
  std::mt19937 random(20240611);
  for (int round = 0; round < kRounds; ++round) {
    {
      CrashWriter writer(folder.path(), round);
      CrashRecord record;
      if (round % 5 == 0) {
        // At any moment of opening and recovering, before or after the first answer.
        if (writer.next(record, static_cast<int>(random() % 40))) expected.add(record);
      } else {
        for (std::uint64_t answers = 1 + random() % 400; answers > 0; --answers) {
          BOOST_REQUIRE(writer.next(record, kAnswerDeadlineMs));
          expected.add(record);
        }
      }
      writer.kill_now();
      while (writer.next(record, 0)) expected.add(record);
    }
    auto log = must_open(folder.path(), {.shard_count = kCrashShards});
    expected.compare(*log);
    log.reset();
    const auto check = check_store(folder.path());
    BOOST_REQUIRE_MESSAGE(check.ok(), (check.ok() ? "" : check.error().message));
  }
  BOOST_TEST_MESSAGE("acknowledged appends: " << expected.acknowledged());
  BOOST_TEST(expected.acknowledged() > 1000u);
}
