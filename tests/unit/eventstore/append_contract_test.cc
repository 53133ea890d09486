// What every event log promises its writers.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

// Counts answers and waits for the last.
class Answers {
 public:
  explicit Answers(std::size_t expected) : missing_(expected) {}

  std::function<void(AppendResult)> take() {
    return [this](AppendResult result) {
      const std::lock_guard lock(mutex_);
      results_.push_back(std::move(result));
      if (--missing_ == 0) all_.notify_all();
    };
  }
  // In the order in which they were given.
  std::vector<AppendResult> wait() {
    std::unique_lock lock(mutex_);
    all_.wait(lock, [this] { return missing_ == 0; });
    return results_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_;
  std::size_t missing_;
  std::vector<AppendResult> results_;
};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(a_wrong_expected_version_is_a_conflict_and_writes_nothing, On,
                              BothLogs) {
  On on;
  const EntityId stream = stream_id(1);
  must_append(*on.log, make_append(stream, 0, {"a", "b"}));
  for (const std::uint64_t wrong : {0, 1, 3}) {
    auto append = make_append(stream, wrong, {"c"});
    append.provenance.command_id = command_id(99);
    append.command_result = "kept?";
    const auto result = append_and_wait(*on.log, append);
    BOOST_REQUIRE(std::holds_alternative<VersionConflict>(result));
    BOOST_TEST(std::get<VersionConflict>(result).actual_version == 2u);
  }
  BOOST_TEST(*on.log->stream_version(stream) == 2u);
  BOOST_TEST(on.log->last_position(0) == 2u);
  BOOST_TEST(!on.log->command_result(stream, command_id(99))->has_value());
  BOOST_TEST(must_append(*on.log, make_append(stream, 2, {"c"})).first_version == 3u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(any_version_appends_at_the_end, On, BothLogs) {
  On on;
  must_append(*on.log, make_append(stream_id(1), 0, {"a"}));
  BOOST_TEST(must_append(*on.log, make_append(stream_id(1), kAnyVersion, {"b"})).first_version ==
             2u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(several_events_stand_together, On, BothLogs) {
  On on;
  must_append(*on.log, make_append(stream_id(1), 0, {"z"}));
  const auto appended = must_append(*on.log, make_append(stream_id(2), 0, {"a", "b", "c"}));
  BOOST_TEST(appended.first_version == 1u);
  BOOST_TEST(appended.first_position == 2u);
  BOOST_TEST(appended.count == 3u);
  const auto events = log_events(*on.log, 0, 2);
  BOOST_REQUIRE(events.size() == 3u);
  BOOST_TEST(events[0].payload + events[1].payload + events[2].payload == "abc");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_commands_answer_is_kept_beside_its_events, On, BothLogs) {
  On on;
  auto append = make_append(stream_id(1), 0, {"a"});
  append.provenance.command_id = command_id(42);
  append.command_result = "answer";
  must_append(*on.log, append);
  BOOST_TEST(on.log->command_result(stream_id(1), command_id(42))->value() == "answer");
  BOOST_TEST(!on.log->command_result(stream_id(1), command_id(43))->has_value());
  BOOST_TEST(!on.log->command_result(stream_id(2), command_id(42))->has_value());

  auto only_answer = make_append(stream_id(1), 1, {});
  only_answer.provenance.command_id = command_id(43);
  only_answer.command_result = "no change";
  const auto appended = must_append(*on.log, only_answer);
  BOOST_TEST(appended.count == 0u);
  BOOST_TEST(appended.first_version == 2u);
  BOOST_TEST(*on.log->stream_version(stream_id(1)) == 1u);
  BOOST_TEST(on.log->last_position(0) == 1u);
  BOOST_TEST(on.log->command_result(stream_id(1), command_id(43))->value() == "no change");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(limits_are_refused_with_a_reason, On, BothLogs) {
  On on;
  const EntityId stream = stream_id(1);
  auto long_answer = make_append(stream, 0, {"a"});
  long_answer.command_result.assign(kPayloadBytesMax + 1, 'r');
  auto untyped = make_append(stream, 0, {"a"});
  untyped.events[0].type = 0;
  const std::string largest(kPayloadBytesMax, 'x');
  const Append refused[] = {
      make_append(stream, 0, {largest + "x"}),
      make_append(stream, 0, std::vector<std::string>(kEventsPerAppendMax + 1, "x")),
      make_append(stream, 0, std::vector<std::string>(17, largest)), long_answer, untyped};
  for (const Append& append : refused) {
    const auto result = append_and_wait(*on.log, append);
    BOOST_REQUIRE(std::holds_alternative<AppendRefused>(result));
    BOOST_TEST(!std::get<AppendRefused>(result).message.empty());
  }
  BOOST_TEST(on.log->last_position(0) == 0u);

  must_append(*on.log, make_append(stream, 0, {largest}));
  must_append(*on.log, make_append(stream, 1, std::vector<std::string>(kEventsPerAppendMax, "x")));
  BOOST_TEST((stream_events(*on.log, stream)[0].payload == largest));
  BOOST_TEST(*on.log->stream_version(stream) == 1 + kEventsPerAppendMax);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(appends_to_one_stream_may_wait_together, On, BothLogs) {
  On on;
  constexpr std::size_t kAppends = 500;
  Answers answers(kAppends + 1);
  for (std::size_t i = 0; i < kAppends; ++i) {
    on.log->append(make_append(stream_id(1), i, {std::to_string(i)}), answers.take());
  }
  on.log->append(make_append(stream_id(1), 3, {"late"}), answers.take());
  const auto results = answers.wait();
  for (std::size_t i = 0; i < kAppends; ++i) {
    BOOST_REQUIRE(std::holds_alternative<Appended>(results[i]));
    BOOST_TEST(std::get<Appended>(results[i]).first_version == i + 1);
  }
  BOOST_REQUIRE(std::holds_alternative<VersionConflict>(results[kAppends]));
  BOOST_TEST(std::get<VersionConflict>(results[kAppends]).actual_version == kAppends);
  const auto events = stream_events(*on.log, stream_id(1));
  BOOST_REQUIRE(events.size() == kAppends);
  for (std::size_t i = 0; i < kAppends; ++i) BOOST_TEST(events[i].payload == std::to_string(i));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_answer_may_append_again, On, BothLogs) {
  On on;
  constexpr std::uint64_t kRounds = 200;
  Answers last(1);
  std::function<void(AppendResult)> next = [&](AppendResult result) {
    const auto version = std::get<Appended>(result).first_version;
    if (version == kRounds) return last.take()(result);
    on.log->append(make_append(stream_id(1), version, {"x"}), next);
  };
  on.log->append(make_append(stream_id(1), 0, {"x"}), next);
  last.wait();
  BOOST_TEST(*on.log->stream_version(stream_id(1)) == kRounds);
}

// Writers race for one stream: each version goes to exactly one of them, positions have no gap.
BOOST_AUTO_TEST_CASE_TEMPLATE(concurrent_writers_conflict_or_win, On, BothLogs) {
  On on(2);
  constexpr int kWriters = 8;
  constexpr int kWinsEach = 40;
  std::atomic<int> conflicts = 0;
  std::vector<std::vector<std::uint64_t>> won(kWriters);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      while (won[writer].size() < kWinsEach) {
        const std::uint64_t version = *on.log->stream_version(stream_id(1));
        const auto result =
            append_and_wait(*on.log, make_append(stream_id(1), version, {std::to_string(writer)}));
        if (const auto* appended = std::get_if<Appended>(&result)) {
          won[writer].push_back(appended->first_version);
        } else {
          ++conflicts;
        }
        append_and_wait(*on.log, make_append(stream_id(10 + writer), kAnyVersion, {"own"}));
      }
    });
  }
  for (auto& writer : writers) writer.join();
  BOOST_TEST_MESSAGE("conflicts: " << conflicts);

  const auto events = stream_events(*on.log, stream_id(1));
  BOOST_TEST(events.size() == kWriters * kWinsEach);
  for (int writer = 0; writer < kWriters; ++writer) {
    for (const auto version : won[writer]) {
      BOOST_TEST(events.at(version - 1).payload == std::to_string(writer));
    }
  }
  for (Shard shard = 0; shard < 2; ++shard) {
    const auto log = log_events(*on.log, shard);
    BOOST_TEST(log.size() == on.log->last_position(shard));
    for (std::size_t i = 0; i < log.size(); ++i) BOOST_TEST(log[i].position == i + 1);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(closing_answers_everything_that_was_queued, On, BothLogs) {
  On on;
  constexpr std::size_t kAppends = 2000;
  Answers answers(kAppends);
  for (std::size_t i = 0; i < kAppends; ++i) {
    on.log->append(make_append(stream_id(1), kAnyVersion, {"x"}), answers.take());
  }
  on.log.reset();
  for (const auto& result : answers.wait()) {
    BOOST_TEST(std::holds_alternative<Appended>(result));
  }
}
