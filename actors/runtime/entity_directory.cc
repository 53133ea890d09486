#include "actors/runtime/entity_directory.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "actors/runtime/actor_engine.h"
#include "actors/runtime/entity_actor.h"
#include "actors/runtime/snapshot_writer.h"
#include "actors/runtime/turn_gate.h"

namespace rookery {
namespace {

using SteadyClock = std::chrono::steady_clock;

// One part of the directory's map, so that threads seldom meet at one lock.
constexpr std::size_t kStripes = 64;
// Messages an actor may handle in one go before others get their turn.
constexpr std::size_t kThroughput = 64;

template <class Aggregate>
caf::behavior entity_behavior(caf::stateful_actor<EntityActor<Aggregate>>* self, const EntityId& id,
                              ActorKeeper* keeper) {
  return self->state.start(self, id, *keeper);
}

class EngineConfig : public caf::actor_system_config {
 public:
  explicit EngineConfig(const DirectoryOptions& options) {
    set("scheduler.max-throughput", kThroughput);
    // Work stealing polls, each worker a hundred times a second; an idle node must sleep.
    set("scheduler.policy", caf::atom("sharing"));
    if (options.threads > 0) set("scheduler.max-threads", options.threads);
  }
};

class Directory final : public EntityDirectory, public ActorKeeper {
 public:
  Directory(EventLog& log, const DirectoryOptions& options)
      : log_(log),
        options_(options),
        config_(options),
        system_(config_),
        recoveries_(options.recoveries_max),
        snapshots_(log) {
    sweeper_ = std::thread([this] { sweep_until_closed(); });
  }

  // Every command that was taken is answered before the actors go.
  ~Directory() override {
    {
      std::unique_lock lock(closing_mutex_);
      closing_ = true;
      closing_changed_.notify_all();
      closing_changed_.wait(lock, [this] { return waiting_total_.load() == 0; });
    }
    sweeper_.join();
    for (Stripe& stripe : stripes_) {
      const std::lock_guard lock(stripe.mutex);
      for (auto& [id, entry] : stripe.entries) {
        caf::anon_send_exit(entry.actor, caf::exit_reason::user_shutdown);
      }
      stripe.entries.clear();
    }
    system_.await_all_actors_done();
  }

  void deliver(const EntityId& id, AnyCommand command, Provenance provenance,
               std::function<void(CommandReply)> reply) override {
    auto pending = std::make_shared<PendingCommand>(
        PendingCommand{std::move(command), provenance, std::move(reply)});
    const Admission admission = admit(id, DeliverCommand{pending});
    if (admission == Admission::kTaken) return;
    CommandReply refused;
    if (admission == Admission::kNoSuchKind) {
      refused.kind = ReplyKind::kRefused;
      refused.message = to_text(id) + " is no kind of entity that takes commands";
    } else {
      refused.kind = ReplyKind::kOverloaded;
      refused.message = "too many commands are waiting: try again with the same command id";
    }
    pending->reply(std::move(refused));
  }

  void inspect(const EntityId& id, std::function<void(ActorView)> reply) override {
    auto shared = std::make_shared<std::function<void(ActorView)>>(std::move(reply));
    const Admission admission = admit(id, InspectState{shared});
    if (admission == Admission::kTaken) return;
    ActorView view;
    view.id = id;
    view.phase = admission == Admission::kOverloaded ? "overloaded" : "absent";
    view.state_json = "{}";
    (*shared)(std::move(view));
  }

  std::vector<EntityId> active(EntityKind kind) const override {
    std::vector<EntityId> ids;
    for (const Stripe& stripe : stripes_) {
      const std::lock_guard lock(stripe.mutex);
      for (const auto& [id, entry] : stripe.entries) {
        if (id.kind() == kind) ids.push_back(id);
      }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  std::size_t active_count() const override {
    std::size_t count = 0;
    for (const Stripe& stripe : stripes_) {
      const std::lock_guard lock(stripe.mutex);
      count += stripe.entries.size();
    }
    return count;
  }

  std::size_t waiting_count() const override { return waiting_total_.load(); }

  EventLog& log() override { return log_; }

  std::uint64_t snapshot_every() const override { return options_.snapshot_every; }
  void offer(Snapshot snapshot) override { snapshots_.offer(std::move(snapshot)); }
  bool begin_recovery(std::function<void()> turn) override {
    return recoveries_.enter(std::move(turn));
  }
  void end_recovery() override { recoveries_.leave(); }

  void answered(const EntityId& id) override {
    {
      Stripe& stripe = stripe_of(id);
      const std::lock_guard lock(stripe.mutex);
      const auto found = stripe.entries.find(id);
      if (found != stripe.entries.end()) --found->second.waiting;
    }
    if (waiting_total_.fetch_sub(1) == 1) {
      const std::lock_guard lock(closing_mutex_);
      closing_changed_.notify_all();
    }
  }

  bool retire(const EntityId& id) override {
    Stripe& stripe = stripe_of(id);
    const std::lock_guard lock(stripe.mutex);
    const auto found = stripe.entries.find(id);
    if (found == stripe.entries.end() || found->second.waiting > 0) return false;
    stripe.entries.erase(found);
    return true;
  }

  std::size_t waiting(const EntityId& id) const override {
    const Stripe& stripe = stripe_of(id);
    const std::lock_guard lock(stripe.mutex);
    const auto found = stripe.entries.find(id);
    return found == stripe.entries.end() ? 0 : found->second.waiting;
  }

 private:
  struct Entry {
    caf::actor actor;
    std::size_t waiting = 0;
    SteadyClock::time_point last_used;
  };
  struct Stripe {
    mutable std::mutex mutex;
    std::unordered_map<EntityId, Entry> entries;
  };
  enum class Admission { kTaken, kOverloaded, kNoSuchKind };

  Stripe& stripe_of(const EntityId& id) { return stripes_[std::hash<EntityId>{}(id) % kStripes]; }
  const Stripe& stripe_of(const EntityId& id) const {
    return stripes_[std::hash<EntityId>{}(id) % kStripes];
  }

  // Sends under the stripe's lock: that keeps the order of calls and lets no actor retire between.
  template <class Message>
  Admission admit(const EntityId& id, Message message) {
    if (waiting_total_.fetch_add(1) >= options_.waiting_total_max) return leave();
    Stripe& stripe = stripe_of(id);
    const std::unique_lock lock(stripe.mutex);
    auto found = stripe.entries.find(id);
    if (found == stripe.entries.end()) {
      caf::actor actor = spawn(id);
      if (!actor) {
        leave();
        return Admission::kNoSuchKind;
      }
      found = stripe.entries.emplace(id, Entry{std::move(actor), 0, {}}).first;
    }
    Entry& entry = found->second;
    if (entry.waiting >= options_.waiting_per_actor_max) return leave();
    ++entry.waiting;
    entry.last_used = SteadyClock::now();
    caf::anon_send(entry.actor, std::move(message));
    return Admission::kTaken;
  }

  Admission leave() {
    waiting_total_.fetch_sub(1);
    return Admission::kOverloaded;
  }

  caf::actor spawn(const EntityId& id) {
    caf::actor actor;
    with_aggregate(id.kind(), [&](auto aggregate) {
      using Aggregate = decltype(aggregate);
      actor = system_.spawn<caf::lazy_init>(entity_behavior<Aggregate>, id,
                                            static_cast<ActorKeeper*>(this));
    });
    return actor;
  }

  void sweep_until_closed() {
    const auto idle = std::chrono::milliseconds(options_.idle_passivation_ms);
    std::unique_lock lock(closing_mutex_);
    while (!closing_) {
      closing_changed_.wait_for(lock, std::max(idle / 4, std::chrono::milliseconds(1)),
                                [this] { return closing_; });
      lock.unlock();
      ask_idle_to_leave(SteadyClock::now() - idle);
      lock.lock();
    }
  }

  void ask_idle_to_leave(SteadyClock::time_point used_before) {
    for (Stripe& stripe : stripes_) {
      const std::lock_guard lock(stripe.mutex);
      for (auto& [id, entry] : stripe.entries) {
        if (entry.waiting == 0 && entry.last_used < used_before) {
          caf::anon_send(entry.actor, PassivateIfIdle{});
        }
      }
    }
  }

  EventLog& log_;
  const DirectoryOptions options_;
  EngineConfig config_;
  caf::actor_system system_;
  TurnGate recoveries_;
  SnapshotWriter snapshots_;
  std::array<Stripe, kStripes> stripes_;
  std::atomic<std::size_t> waiting_total_{0};
  std::mutex closing_mutex_;
  std::condition_variable closing_changed_;
  bool closing_ = false;
  std::thread sweeper_;
};

}  // namespace

std::unique_ptr<EntityDirectory> make_entity_directory(EventLog& log,
                                                       const DirectoryOptions& options) {
  return std::make_unique<Directory>(log, options);
}

CommandReply deliver_and_wait(EntityDirectory& directory, const EntityId& id, AnyCommand command,
                              Provenance provenance) {
  // Shared: set_value() may still touch it after the waiter has gone on.
  const auto promise = std::make_shared<std::promise<CommandReply>>();
  auto future = promise->get_future();
  directory.deliver(id, std::move(command), provenance,
                    [promise](CommandReply reply) { promise->set_value(std::move(reply)); });
  return future.get();
}

ActorView inspect_and_wait(EntityDirectory& directory, const EntityId& id) {
  const auto promise = std::make_shared<std::promise<ActorView>>();
  auto future = promise->get_future();
  directory.inspect(id, [promise](ActorView view) { promise->set_value(std::move(view)); });
  return future.get();
}

}  // namespace rookery
