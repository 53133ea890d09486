#include "actors/runtime/entity_directory.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "actors/clock.h"
#include "actors/random.h"
#include "eventstore/memory_event_log.h"
#include "tests/unit/runtime/forwarding_log.h"

using namespace rookery;

namespace {

Provenance by_system(const Id128& command_id = random_id128(system_random())) {
  Provenance provenance;
  provenance.command_id = command_id;
  provenance.correlation_id = command_id;
  provenance.wall_time_us = system_clock().now_us();
  return provenance;
}

EntityId new_id(EntityKind kind) { return random_entity_id(system_random(), kind); }

phone::Command create_phone(const std::string& name = "mine") {
  return phone::Create{new_id(EntityKind::kOrganization), name, "process:desktop", 720, 1280};
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

// A log whose appends are answered only when the test says so.
class HeldLog final : public ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;

  void append(Append append, std::function<void(AppendResult)> done) override {
    const std::lock_guard lock(mutex_);
    held_.emplace_back(std::move(append), std::move(done));
  }
  std::size_t held() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  void release_one() {
    std::pair<Append, std::function<void(AppendResult)>> next;
    {
      const std::lock_guard lock(mutex_);
      next = std::move(held_.front());
      held_.erase(held_.begin());
    }
    next.second(append_and_wait(real(), std::move(next.first)));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<Append, std::function<void(AppendResult)>>> held_;
};

struct Fixture {
  std::unique_ptr<EventLog> log = make_memory_event_log();
  DirectoryOptions options;
  std::unique_ptr<EntityDirectory> directory;

  Fixture() {
    options.threads = 2;
    reopen();
  }
  void reopen() {
    directory.reset();
    directory = make_entity_directory(*log, options);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(entity_directory, Fixture)

BOOST_AUTO_TEST_CASE(an_accepted_command_is_on_the_log_when_its_answer_comes) {
  const EntityId id = new_id(EntityKind::kPhone);
  const CommandReply reply = deliver_and_wait(*directory, id, create_phone(), by_system());
  BOOST_REQUIRE((reply.kind == ReplyKind::kAccepted));
  BOOST_TEST(reply.version == 1u);
  BOOST_TEST(reply.position == 1u);
  BOOST_TEST(*log->stream_version(id) == 1u);
}

BOOST_AUTO_TEST_CASE(no_answer_comes_before_the_append_is_durable) {
  HeldLog held(*log);
  directory = make_entity_directory(held, options);
  std::atomic<bool> answered{false};
  directory->deliver(new_id(EntityKind::kPhone), create_phone(), by_system(),
                     [&](CommandReply) { answered = true; });
  BOOST_REQUIRE(wait_until([&] { return held.held() == 1; }));
  BOOST_TEST(!answered.load());
  held.release_one();
  BOOST_TEST(wait_until([&] { return answered.load(); }));
  directory.reset();
}

// Others may have read the event from the log before its writer hears that it is there.
BOOST_AUTO_TEST_CASE(who_asks_while_an_append_is_under_way_is_told_what_it_led_to) {
  HeldLog held(*log);
  directory = make_entity_directory(held, options);
  const EntityId id = new_id(EntityKind::kPhone);
  directory->deliver(id, create_phone(), by_system(), [](const CommandReply&) {});
  BOOST_REQUIRE(wait_until([&] { return held.held() == 1; }));
  std::atomic<std::uint64_t> version{99};
  directory->inspect(id, [&](const ActorView& view) { version = view.version; });
  held.release_one();
  BOOST_TEST(wait_until([&] { return version.load() != 99; }));
  BOOST_TEST(version.load() == 1u);
  directory.reset();
}

BOOST_AUTO_TEST_CASE(state_comes_back_from_the_log_after_a_restart) {
  const EntityId id = new_id(EntityKind::kPhone);
  deliver_and_wait(*directory, id, create_phone("kept"), by_system());
  deliver_and_wait(*directory, id, phone::Command{phone::Start{"local"}}, by_system());
  const ActorView before = inspect_and_wait(*directory, id);
  reopen();
  const ActorView after = inspect_and_wait(*directory, id);
  BOOST_TEST(after.phase == "starting");
  BOOST_TEST(after.version == 2u);
  BOOST_TEST(after.state_hash == before.state_hash);
  const auto replayed = replay_entity(*log, id, kAnyVersion);
  BOOST_REQUIRE(replayed.ok());
  BOOST_TEST(replayed->state_hash == before.state_hash);
  BOOST_TEST(replay_entity(*log, id, 1)->phase == "stopped");
}

BOOST_AUTO_TEST_CASE(a_refusal_is_on_the_log_with_its_reason_and_changes_no_state) {
  const EntityId id = new_id(EntityKind::kPhone);
  deliver_and_wait(*directory, id, create_phone(), by_system());
  const ActorView before = inspect_and_wait(*directory, id);
  const CommandReply reply = deliver_and_wait(*directory, id, create_phone(), by_system());
  BOOST_REQUIRE((reply.kind == ReplyKind::kRefused));
  BOOST_REQUIRE((reply.refusal_code == RefusalCode::kConflict));
  BOOST_TEST(reply.version == 2u);
  const ActorView after = inspect_and_wait(*directory, id);
  BOOST_TEST(after.state_hash == before.state_hash);
  reopen();
  BOOST_TEST(inspect_and_wait(*directory, id).state_hash == before.state_hash);
}

BOOST_AUTO_TEST_CASE(the_same_command_id_has_one_effect_and_one_answer) {
  const EntityId id = new_id(EntityKind::kOrganization);
  deliver_and_wait(*directory, id, organization::Command{organization::Found{"Home"}}, by_system());
  const Id128 accepted = random_id128(system_random());
  const Id128 refused = random_id128(system_random());
  const organization::Command add =
      organization::AddDepartment{random_id128(system_random()), Id128{}, "Kitchen"};
  const organization::Command remove =
      organization::RemoveDepartment{random_id128(system_random())};
  const auto first = deliver_and_wait(*directory, id, add, by_system(accepted));
  const auto no = deliver_and_wait(*directory, id, remove, by_system(refused));
  for (int round = 0; round < 2; ++round) {
    const auto again = deliver_and_wait(*directory, id, add, by_system(accepted));
    BOOST_REQUIRE((again.kind == ReplyKind::kAccepted));
    BOOST_TEST(again.repeated);
    BOOST_TEST(again.version == first.version);
    BOOST_TEST(again.position == first.position);
    const auto no_again = deliver_and_wait(*directory, id, remove, by_system(refused));
    BOOST_REQUIRE((no_again.kind == ReplyKind::kRefused));
    BOOST_TEST(no_again.message == no.message);
    BOOST_TEST(no_again.version == no.version);
    reopen();
  }
  BOOST_TEST(*log->stream_version(id) == 3u);
}

BOOST_AUTO_TEST_CASE(an_accepted_command_without_events_is_remembered_too) {
  const EntityId id = new_id(EntityKind::kPhone);
  deliver_and_wait(*directory, id, create_phone(), by_system());
  const Id128 command_id = random_id128(system_random());
  deliver_and_wait(*directory, id, phone::Command{phone::Stop{""}}, by_system(command_id));
  deliver_and_wait(*directory, id, phone::Command{phone::Start{"local"}}, by_system());
  const auto again =
      deliver_and_wait(*directory, id, phone::Command{phone::Stop{""}}, by_system(command_id));
  BOOST_TEST(again.repeated);
  BOOST_TEST(inspect_and_wait(*directory, id).phase == "starting");
}

BOOST_AUTO_TEST_CASE(concurrent_commands_to_one_actor_are_serialised) {
  const EntityId id = new_id(EntityKind::kOrganization);
  deliver_and_wait(*directory, id, organization::Command{organization::Found{"Home"}}, by_system());
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  std::atomic<int> accepted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const organization::Command add = organization::AddDepartment{
            random_id128(system_random()), Id128{}, std::to_string(t) + "-" + std::to_string(i)};
        const auto reply = deliver_and_wait(*directory, id, add, by_system());
        if (reply.kind == ReplyKind::kAccepted) ++accepted;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  BOOST_TEST(accepted.load() == kThreads * kEach);
  const ActorView view = inspect_and_wait(*directory, id);
  BOOST_TEST(view.version == 1u + kThreads * kEach);
  BOOST_TEST(view.state_hash == replay_entity(*log, id, kAnyVersion)->state_hash);
}

BOOST_AUTO_TEST_CASE(an_idle_actor_leaves_memory_and_comes_back_on_the_next_command) {
  options.idle_passivation_ms = 1;
  reopen();
  const EntityId id = new_id(EntityKind::kPhone);
  deliver_and_wait(*directory, id, create_phone(), by_system());
  BOOST_REQUIRE(wait_until([&] { return directory->active_count() == 0; }));
  const auto reply =
      deliver_and_wait(*directory, id, phone::Command{phone::Start{"local"}}, by_system());
  BOOST_REQUIRE((reply.kind == ReplyKind::kAccepted));
  BOOST_TEST(reply.version == 2u);
}

BOOST_AUTO_TEST_CASE(no_command_is_lost_while_actors_come_and_go) {
  options.idle_passivation_ms = 0;
  reopen();
  const EntityId id = new_id(EntityKind::kUser);
  deliver_and_wait(*directory, id,
                   user::Command{user::Register{new_id(EntityKind::kOrganization), Id128{}, "ann",
                                                "hash", "member"}},
                   by_system());
  for (int i = 0; i < 500; ++i) {
    const auto reply = deliver_and_wait(
        *directory, id, user::Command{user::ReportSignIn{true, "::1"}}, by_system());
    BOOST_REQUIRE((reply.kind == ReplyKind::kAccepted));
  }
  const ActorView view = inspect_and_wait(*directory, id);
  BOOST_TEST(std::get<user::Active>(std::get<user::State>(view.state)).account.sign_ins == 500u);
}

BOOST_AUTO_TEST_CASE(too_many_waiting_commands_are_refused_at_once) {
  HeldLog held(*log);
  options.waiting_per_actor_max = 8;
  directory = make_entity_directory(held, options);
  const EntityId id = new_id(EntityKind::kPhone);
  std::atomic<int> overloaded{0};
  std::atomic<int> others{0};
  for (int i = 0; i < 20; ++i) {
    directory->deliver(id, create_phone(), by_system(), [&](CommandReply reply) {
      ++(reply.kind == ReplyKind::kOverloaded ? overloaded : others);
    });
  }
  BOOST_TEST(overloaded.load() == 12);
  for (int i = 0; i < 8; ++i) {
    BOOST_REQUIRE(wait_until([&] { return held.held() > 0; }));
    held.release_one();
  }
  BOOST_TEST(wait_until([&] { return others.load() == 8; }));
  directory.reset();
}

BOOST_AUTO_TEST_CASE(a_history_that_cannot_be_replayed_quarantines_its_actor_only) {
  const EntityId id = new_id(EntityKind::kPhone);
  Append poison;
  poison.stream = id;
  poison.provenance = by_system();
  poison.events = {encode_event(phone::Event{phone::event::Started{7}})};
  BOOST_REQUIRE(std::holds_alternative<Appended>(append_and_wait(*log, poison)));
  const ActorView view = inspect_and_wait(*directory, id);
  BOOST_TEST(view.phase == "quarantined");
  BOOST_TEST(view.state_json.find("Phone.Started") != std::string::npos, view.state_json);
  const auto reply = deliver_and_wait(*directory, id, create_phone(), by_system());
  BOOST_REQUIRE((reply.kind == ReplyKind::kQuarantined));
  const auto other =
      deliver_and_wait(*directory, new_id(EntityKind::kPhone), create_phone(), by_system());
  BOOST_REQUIRE((other.kind == ReplyKind::kAccepted));
}

BOOST_AUTO_TEST_CASE(an_unknown_event_type_stops_that_actor_with_a_clear_error) {
  const EntityId id = new_id(EntityKind::kPhone);
  Append strange;
  strange.stream = id;
  strange.provenance = by_system();
  strange.events = {EncodedEvent{0x03ffff, 1, "x"}};
  BOOST_REQUIRE(std::holds_alternative<Appended>(append_and_wait(*log, strange)));
  const ActorView view = inspect_and_wait(*directory, id);
  BOOST_TEST(view.phase == "quarantined");
  BOOST_TEST(view.state_json.find("unknown event type") != std::string::npos, view.state_json);
}

BOOST_AUTO_TEST_CASE(an_actor_whose_stream_grew_elsewhere_reads_again_and_goes_on) {
  const EntityId id = new_id(EntityKind::kPhone);
  deliver_and_wait(*directory, id, create_phone(), by_system());
  Append elsewhere;
  elsewhere.stream = id;
  elsewhere.expected_version = 1;
  elsewhere.provenance = by_system();
  elsewhere.events = {encode_event(phone::Event{phone::event::StartRequested{"local", 1}})};
  BOOST_REQUIRE(std::holds_alternative<Appended>(append_and_wait(*log, elsewhere)));
  const auto reply =
      deliver_and_wait(*directory, id, phone::Command{phone::ReportStarted{1}}, by_system());
  BOOST_REQUIRE((reply.kind == ReplyKind::kAccepted));
  BOOST_TEST(inspect_and_wait(*directory, id).phase == "running");
}

BOOST_AUTO_TEST_CASE(a_command_for_another_kind_is_refused) {
  const auto reply =
      deliver_and_wait(*directory, new_id(EntityKind::kUser), create_phone(), by_system());
  BOOST_REQUIRE((reply.kind == ReplyKind::kRefused));
  BOOST_TEST(inspect_and_wait(*directory, new_id(EntityKind::kUser)).phase == "absent");
}

BOOST_AUTO_TEST_SUITE_END()
