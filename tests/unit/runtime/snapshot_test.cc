// Snapshots shorten the way back into memory and change nothing else.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "actors/clock.h"
#include "actors/random.h"
#include "actors/runtime/snapshots.h"
#include "eventstore/memory_event_log.h"
#include "tests/unit/runtime/forwarding_log.h"

using namespace rookery;

namespace {

// Counts what is read of streams, and lets a test hold readers.
class WatchedLog final : public ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;

  Status read_stream(const EntityId& stream, std::uint64_t from,
                     const EnvelopeVisitor& visit) const override {
    const int now = ++reading;
    for (int seen = most.load(); now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    {
      std::unique_lock lock(mutex_);
      opened_.wait(lock, [this] { return !closed_; });
    }
    const auto status = ForwardingLog::read_stream(stream, from, [&](const Envelope& event) {
      ++events;
      return visit(event);
    });
    --reading;
    return status;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    opened_.notify_all();
  }

  mutable std::atomic<int> events{0};
  mutable std::atomic<int> reading{0};
  mutable std::atomic<int> most{0};  // readers at the same time

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable opened_;
  bool closed_ = false;
};

Provenance by_system() {
  Provenance provenance;
  provenance.command_id = random_id128(system_random());
  provenance.wall_time_us = system_clock().now_us();
  return provenance;
}

template <class Condition>
bool wait_until(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

struct Fixture {
  Fixture() {
    options.threads = 8;
    options.snapshot_every = 20;
    reopen();
  }
  void reopen() {
    directory.reset();
    directory = make_entity_directory(watched, options);
  }
  CommandReply tell(const EntityId& id, AnyCommand command) {
    return deliver_and_wait(*directory, id, std::move(command), by_system());
  }
  EntityId registered() {
    const EntityId id = random_entity_id(system_random(), EntityKind::kUser);
    const auto home = random_entity_id(system_random(), EntityKind::kOrganization);
    tell(id, user::Command{user::Register{home, {}, "ann", "hash", "member"}});
    return id;
  }
  void sign_in(const EntityId& id, int times) {
    for (int i = 0; i < times; ++i) {
      const auto reply = tell(id, user::Command{user::ReportSignIn{true, "::1"}});
      BOOST_REQUIRE((reply.kind == ReplyKind::kAccepted));
    }
  }
  std::optional<Snapshot> newest(const EntityId& id) const {
    const auto snapshot = log->last_snapshot(id, kAnyVersion);
    BOOST_REQUIRE(snapshot.ok());
    return *snapshot;
  }
  // Events read to wake the actor up, which must be as it was.
  int events_to_wake(const EntityId& id) {
    const auto expected = replay_entity(*log, id, kAnyVersion);
    BOOST_REQUIRE(expected.ok());
    reopen();
    const int before = watched.events;
    const ActorView view = inspect_and_wait(*directory, id);
    const int read = watched.events - before;
    BOOST_TEST(view.state_hash == expected->state_hash);
    BOOST_TEST(view.version == expected->version);
    BOOST_TEST(view.epoch == expected->epoch);
    return read;
  }

  std::unique_ptr<EventLog> log = make_memory_event_log();
  WatchedLog watched{*log};
  DirectoryOptions options;
  std::unique_ptr<EntityDirectory> directory;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(snapshots, Fixture)

BOOST_AUTO_TEST_CASE(every_so_many_events_one_is_kept_and_shortens_the_way_back) {
  const EntityId id = registered();
  sign_in(id, 50);    // 51 events
  directory.reset();  // writes what waits
  const auto kept = newest(id);
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST(kept->version == 40u);
  BOOST_TEST(events_to_wake(id) == 11);
}

BOOST_AUTO_TEST_CASE(refused_commands_count_too) {
  const EntityId id = registered();
  for (int i = 0; i < 30; ++i) {
    const auto reply = tell(id, user::Command{user::Register{{}, {}, "ann", "hash", "member"}});
    BOOST_REQUIRE((reply.kind == ReplyKind::kRefused));
  }
  directory.reset();
  BOOST_REQUIRE(newest(id).has_value());
  BOOST_TEST(events_to_wake(id) < 20);
}

BOOST_AUTO_TEST_CASE(an_actor_that_leaves_memory_leaves_one) {
  const EntityId id = registered();
  sign_in(id, 9);
  options.idle_passivation_ms = 1;
  reopen();
  inspect_and_wait(*directory, id);
  BOOST_REQUIRE(wait_until([&] { return newest(id).has_value(); }));
  BOOST_TEST(newest(id)->version == 10u);
  options.idle_passivation_ms = 3'600'000;
  BOOST_TEST(events_to_wake(id) == 0);
}

BOOST_AUTO_TEST_CASE(without_any_the_state_is_the_same) {
  options.snapshot_every = 0;
  reopen();
  const EntityId id = registered();
  sign_in(id, 50);
  BOOST_TEST(events_to_wake(id) == 51);
  BOOST_TEST(!newest(id).has_value());
}

BOOST_AUTO_TEST_CASE(one_that_is_of_no_use_is_passed_over) {
  const EntityId id = registered();
  sign_in(id, 24);
  directory.reset();
  const Snapshot good = *newest(id);
  BOOST_TEST(events_to_wake(id) == 5);
  options.snapshot_every = 0;  // the bad one stays
  const auto wake_with = [&](auto change) {
    Snapshot bad = good;
    change(bad);
    bad.state_hash = hash_of_state(bad.phase, bad.state);
    BOOST_REQUIRE(log->put_snapshot(bad).ok());
    return events_to_wake(id);
  };
  BOOST_TEST(wake_with([](Snapshot& bad) { ++bad.reducer; }) == 25);
  BOOST_TEST(wake_with([](Snapshot& bad) { ++bad.schema; }) == 25);
  BOOST_TEST(wake_with([](Snapshot& bad) { bad.phase = "nowhere"; }) == 25);
  BOOST_TEST(wake_with([](Snapshot& bad) { bad.state.pop_back(); }) == 25);
  BOOST_TEST(wake_with([](Snapshot& bad) { bad.state += 'x'; }) == 25);
  BOOST_TEST(wake_with([](Snapshot&) {}) == 5);
  BOOST_TEST(wake_with([](Snapshot& bad) { bad.version = 1000; }) == 25);
}

BOOST_AUTO_TEST_CASE(a_poison_event_after_one_quarantines_and_is_read_no_more) {
  const EntityId id = registered();
  sign_in(id, 24);
  directory.reset();
  Append poison;
  poison.stream = id;
  poison.expected_version = 25;
  poison.provenance = by_system();
  poison.events = {EncodedEvent{0x02ffff, 1, "x"}};
  BOOST_REQUIRE(std::holds_alternative<Appended>(append_and_wait(*log, poison)));
  reopen();
  const ActorView view = inspect_and_wait(*directory, id);
  BOOST_TEST(view.phase == "quarantined");
  BOOST_TEST(view.state_json.find("unknown event type") != std::string::npos, view.state_json);
  const int read = watched.events;
  for (int i = 0; i < 10; ++i) {
    const auto reply = tell(id, user::Command{user::ReportSignIn{true, "::1"}});
    BOOST_REQUIRE((reply.kind == ReplyKind::kQuarantined));
  }
  BOOST_TEST(watched.events == read);
  BOOST_TEST(newest(id)->version == 20u);
}

BOOST_AUTO_TEST_CASE(few_histories_are_read_at_the_same_time_and_all_in_the_end) {
  std::vector<EntityId> ids;
  for (int i = 0; i < 40; ++i) ids.push_back(registered());
  options.recoveries_max = 3;
  reopen();
  watched.most = 0;
  watched.close();
  std::atomic<int> answered{0};
  for (const EntityId& id : ids) {
    directory->inspect(id, [&](const ActorView& view) { answered += view.version == 1 ? 1 : 0; });
    directory->deliver(
        id, user::Command{user::ReportSignIn{true, "::1"}}, by_system(),
        [&](const CommandReply& reply) { answered += reply.kind == ReplyKind::kAccepted ? 1 : 0; });
  }
  BOOST_REQUIRE(wait_until([&] { return watched.reading == 3; }));
  // Who is awake is not kept waiting by those who wake up: other threads are free.
  watched.open();
  BOOST_TEST(wait_until([&] { return answered == 80; }));
  BOOST_TEST(watched.most == 3);
}

BOOST_AUTO_TEST_SUITE_END()
