// Commands a second through actors, activation latency, bytes an idle actor holds; each beside the
// same work done without actors, in the same run.

#include <malloc.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "actors/clock.h"
#include "actors/random.h"
#include "actors/runtime/entity_directory.h"
#include "actors/runtime/history.h"
#include "actors/runtime/snapshots.h"
#include "eventstore/rocksdb_event_log.h"
#include "tests/bench/json_line.h"

using namespace rookery;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr int kCommands = 20'000;
constexpr int kActivations = 300;
constexpr int kHistoryEvents = 100;
constexpr int kIdleActors = 100'000;

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

Provenance provenance() {
  Provenance out;
  out.command_id = random_id128(system_random());
  out.wall_time_us = system_clock().now_us();
  return out;
}

user::Command sign_in() { return user::ReportSignIn{true, "192.0.2.1"}; }

std::vector<EntityId> register_users(EntityDirectory& directory, std::size_t count) {
  std::vector<EntityId> users;
  for (std::size_t i = 0; i < count; ++i) {
    users.push_back(random_entity_id(system_random(), EntityKind::kUser));
    const auto organization = random_entity_id(system_random(), EntityKind::kOrganization);
    deliver_and_wait(directory, users.back(),
                     user::Command{user::Register{organization, Id128{}, "u" + std::to_string(i),
                                                  "hash", "member"}},
                     provenance());
  }
  return users;
}

// Keeps one call under way for each loop until `total` calls are answered.
class ClosedLoops {
 public:
  using Call = std::function<void(std::size_t loop, std::function<void()> done)>;

  ClosedLoops(std::size_t loops, int total, Call call)
      : loops_(loops), left_to_start_(total), left_to_finish_(total), call_(std::move(call)) {}

  double calls_per_second() {
    const int total = left_to_finish_.load();
    const auto start = SteadyClock::now();
    for (std::size_t loop = 0; loop < loops_; ++loop) next(loop);
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [this] { return left_to_finish_.load() <= 0; });
    return total / seconds_since(start);
  }

 private:
  void next(std::size_t loop) {
    if (left_to_start_.fetch_sub(1) <= 0) return;
    call_(loop, [this, loop] {
      next(loop);
      if (left_to_finish_.fetch_sub(1) == 1) {
        const std::lock_guard lock(mutex_);
        finished_.notify_all();
      }
    });
  }

  const std::size_t loops_;
  std::atomic<int> left_to_start_;
  std::atomic<int> left_to_finish_;
  Call call_;
  std::mutex mutex_;
  std::condition_variable finished_;
};

double through_actors(EntityDirectory& directory, const std::vector<EntityId>& users) {
  return ClosedLoops(users.size(), kCommands,
                     [&](std::size_t loop, std::function<void()> done) {
                       directory.deliver(users[loop], sign_in(), provenance(),
                                         [done = std::move(done)](const CommandReply& reply) {
                                           if (reply.kind != ReplyKind::kAccepted) std::abort();
                                           done();
                                         });
                     })
      .calls_per_second();
}

// The same decisions and appends, one plain struct a user instead of an actor.
double without_actors(EventLog& log, const std::vector<EntityId>& users) {
  std::vector<History<UserAggregate>> histories(users.size());
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (!follow_log(log, users[i], kAnyVersion, histories[i])) std::abort();
  }
  return ClosedLoops(
             users.size(), kCommands,
             [&](std::size_t loop, std::function<void()> done) {
               auto& history = histories[loop];
               auto events =
                   std::get<std::vector<user::Event>>(user::decide(history.state, sign_in()));
               Append append;
               append.stream = users[loop];
               append.expected_version = history.version;
               append.provenance = provenance();
               for (const auto& event : events) append.events.push_back(encode_event(event));
               append.command_result = std::string(24, 'r');
               log.append(std::move(append), [&history, events = std::move(events),
                                              done = std::move(done)](const AppendResult& result) {
                 if (!std::holds_alternative<Appended>(result)) std::abort();
                 for (const auto& event : events) {
                   history.state = user::evolve(std::move(history.state), event);
                 }
                 history.version += events.size();
                 done();
               });
             })
      .calls_per_second();
}

void measure_commands(EventLog& log, std::size_t actors) {
  const auto directory = make_entity_directory(log, {});
  const auto users = register_users(*directory, actors);
  std::vector<double> with;
  std::vector<double> without;
  for (int round = 0; round < 3; ++round) {
    with.push_back(through_actors(*directory, users));
    const auto others = register_users(*directory, actors);
    without.push_back(without_actors(log, others));
  }
  bench::print_figure("actors", "commands_through_" + std::to_string(actors),
                      bench::percentile(with, 0.5), "commands/s", bench::percentile(without, 0.5));
}

void measure_activation(EventLog& log) {
  std::vector<EntityId> users;
  {
    const auto directory = make_entity_directory(log, {});
    users = register_users(*directory, kActivations);
    for (const EntityId& id : users) {
      Append history;
      history.stream = id;
      history.expected_version = 1;
      history.provenance = provenance();
      for (int i = 1; i < kHistoryEvents; ++i) {
        history.events.push_back(encode_event(user::Event{user::event::SignedIn{"192.0.2.1"}}));
      }
      append_and_wait(log, std::move(history));
    }
  }
  const auto directory = make_entity_directory(log, {});
  std::vector<double> activated;
  std::vector<double> replayed;
  for (const EntityId& id : users) {
    auto start = SteadyClock::now();
    if (inspect_and_wait(*directory, id).version != kHistoryEvents) std::abort();
    activated.push_back(seconds_since(start) * 1e6);
    start = SteadyClock::now();
    if (!replay_entity(log, id, kAnyVersion)) std::abort();
    replayed.push_back(seconds_since(start) * 1e6);
  }
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}}) {
    bench::print_figure("actors", std::string("activation_100_events_") + name,
                        bench::percentile(activated, share), "us",
                        bench::percentile(replayed, share));
  }
}

// Long histories, each with a snapshot before its last hundred events; beside the same without.
void measure_activation_from_snapshot(EventLog& log) {
  constexpr std::uint64_t kEvents = 1000;
  std::vector<EntityId> users;
  {
    const auto directory = make_entity_directory(log, {});
    users = register_users(*directory, kActivations);
  }
  for (const EntityId& id : users) {
    Append history;
    history.stream = id;
    history.expected_version = 1;
    history.provenance = provenance();
    for (std::uint64_t i = 1; i < kEvents; ++i) {
      history.events.push_back(encode_event(user::Event{user::event::SignedIn{"192.0.2.1"}}));
    }
    append_and_wait(log, std::move(history));
    History<UserAggregate> early;
    if (!follow_log(log, id, kEvents - kHistoryEvents, early)) std::abort();
    if (!log.put_snapshot(make_snapshot(id, early))) std::abort();
  }
  DirectoryOptions options;
  options.snapshot_every = 2 * kEvents;  // writes none itself
  const auto directory = make_entity_directory(log, options);
  std::vector<double> activated;
  std::vector<double> replayed;
  for (const EntityId& id : users) {
    auto start = SteadyClock::now();
    if (inspect_and_wait(*directory, id).version != kEvents) std::abort();
    activated.push_back(seconds_since(start) * 1e6);
    start = SteadyClock::now();
    if (!replay_entity(log, id, kAnyVersion)) std::abort();
    replayed.push_back(seconds_since(start) * 1e6);
  }
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}}) {
    bench::print_figure("actors", std::string("activation_snapshot_and_100_of_1000_events_") + name,
                        bench::percentile(activated, share), "us",
                        bench::percentile(replayed, share));
  }
}

double resident_bytes() {
  malloc_trim(0);
  std::ifstream statm("/proc/self/statm");
  double pages_total = 0;
  double pages_resident = 0;
  statm >> pages_total >> pages_resident;
  return pages_resident * 4096;
}

// Phones as they are after they were bought and given to somebody.
std::vector<EntityId> bound_phones(EventLog& log, std::size_t count) {
  std::vector<EntityId> ids(count);
  for (auto& id : ids) id = random_entity_id(system_random(), EntityKind::kPhone);
  const auto organization = random_entity_id(system_random(), EntityKind::kOrganization);
  std::atomic<std::size_t> next{0};
  ClosedLoops(64, static_cast<int>(count), [&](std::size_t, std::function<void()> done) {
    const std::size_t i = next++;
    const auto user = random_entity_id(system_random(), EntityKind::kUser);
    Append append;
    append.stream = ids[i];
    append.provenance = provenance();
    append.events = {encode_event(phone::Event{phone::event::Created{
                         organization, "p" + std::to_string(i), "process:desktop", 720, 1280}}),
                     encode_event(phone::Event{phone::event::Bound{user}})};
    log.append(std::move(append), [done = std::move(done)](const AppendResult& result) {
      if (!std::holds_alternative<Appended>(result)) std::abort();
      done();
    });
  }).calls_per_second();
  return ids;
}

void measure_idle_bytes(EventLog& log) {
  DirectoryOptions options;
  options.idle_passivation_ms = 3'600'000;
  const std::vector<EntityId> ids = bound_phones(log, kIdleActors);
  const double empty = resident_bytes();
  std::unordered_map<EntityId, std::unique_ptr<History<PhoneAggregate>>> plain;
  for (const auto& id : ids) {
    auto& history = plain[id] = std::make_unique<History<PhoneAggregate>>();
    if (!follow_log(log, id, kAnyVersion, *history)) std::abort();
  }
  const double baseline = (resident_bytes() - empty) / kIdleActors;
  const auto directory = make_entity_directory(log, options);
  const double before = resident_bytes();
  for (const auto& id : ids) inspect_and_wait(*directory, id);
  const double actors = (resident_bytes() - before) / kIdleActors;
  bench::print_figure("actors", "bytes_an_idle_actor", actors, "bytes", baseline);
}

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("rookery-bench-actors-" + to_text(random_id128(system_random())));
  {
    auto log = open_rocksdb_event_log(folder, {});
    if (!log) {
      std::cerr << log.error().message << "\n";
      return 1;
    }
    measure_commands(**log, 1);
    measure_commands(**log, 64);
    measure_activation(**log);
    measure_activation_from_snapshot(**log);
    measure_idle_bytes(**log);
  }
  std::filesystem::remove_all(folder);
}
