#include "actors/server_side.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "actors/effects/absences.h"
#include "actors/effects/command_name.h"
#include "actors/effects/host_reports.h"
#include "actors/projections/parallel_build.h"

namespace rookery {
namespace {

constexpr unsigned kBuildThreadsMax = 8;
constexpr std::uint64_t kBuildTellEvery = 250'000;  // events

class WiredServer final : public ServerSide {
 public:
  WiredServer(EventLog& log, const Clock& clock, Random& random, const ServerOptions& options)
      : log_(log),
        clock_(clock),
        random_(random),
        options_(options),
        directory_(make_entity_directory(log, {})),
        reports_(*directory_, clock),
        effects_(models_, *directory_, clock),
        absences_(models_, *directory_, clock),
        follower_(log) {}

  // The follower uses the gateway and the effects; the gateway uses everything but the follower's
  // thread.
  ~WiredServer() override {
    if (gateway_) gateway_->close();
    follower_.stop();
  }

  Status load() {
    if (const Status built = build_models(); !built) return built;
    const Status made = make_first_admin();
    const auto read = [this](const Envelope& envelope) { return models_.apply(envelope); };
    return made ? follower_.catch_up(read) : made;
  }

  host::ReportSink reports() override {
    return [this](host::Report report) { reports_.take(std::move(report)); };
  }

  Status serve(host::Link& link) override {
    effects_.connect(link);
    const ServerParts parts{log_,     *directory_, models_, follower_,
                            effects_, clock_,      random_, options_.gateway.backups};
    auto gateway = start_gateway(parts, options_.gateway);
    if (!gateway) return gateway.error();
    gateway_ = std::move(*gateway);
    effects_.reconcile();  // not before the address is ours: nothing is begun in vain
    follower_.start([this](const Envelope& envelope) { return consume(envelope); },
                    [this](Shard shard, std::uint64_t position) {
                      gateway_->applied(shard, position);
                      const std::lock_guard lock(progress_mutex_);
                      progress_.notify_all();
                    });
    absences_.start();
    return Done{};
  }

  std::uint16_t port() const override { return gateway_->port(); }

  void close(bool stop_phones, std::int64_t wait_ms_max) override {
    if (!gateway_) return;
    gateway_->close();
    for (const SessionView& session : models_.sessions(is_open)) {
      order(session.id, leave(session, stop_phones));
    }
    if (stop_phones) {
      for (const PhoneView& phone : models_.phones(is_up)) {
        order(phone.id, phone::Command(phone::Stop{"server stopped"}));
      }
    }
    const auto quiet = [&] {
      return follower_.failure() ||
             (models_.sessions(is_open).empty() && (!stop_phones || models_.phones(is_up).empty()));
    };
    std::unique_lock lock(progress_mutex_);
    if (!progress_.wait_for(lock, std::chrono::milliseconds(wait_ms_max), quiet)) {
      spdlog::warn("not everything stopped in time: the next start will see to it");
    }
  }

 private:
  // What lists show, from the whole log; says how far it is where that takes its time.
  Status build_models() {
    std::uint64_t total = 0;
    for (Shard shard = 0; shard < log_.shard_count(); ++shard) total += log_.last_position(shard);
    std::uint64_t done = 0;
    ParallelBuild build(std::clamp(std::thread::hardware_concurrency(), 1U, kBuildThreadsMax));
    const Status read = follower_.catch_up([&](const Envelope& envelope) {
      if (++done % kBuildTellEvery == 0) {
        spdlog::info("reading the log: {} of {} events", done, total);
      }
      return build.add(envelope);
    });
    return read ? build.finish(models_) : read;
  }

  // Whose guest goes on may come back to it.
  session::Command leave(const SessionView& session, bool stop_phones) const {
    if (stop_phones || !session.resumable()) return session::End{{}, "server stopped", {}};
    return session::ReportLost{{}, "server stopped", {}, clock_.now_us()};
  }
  static bool is_open(const SessionView& session) {
    return session.phase != session::Ended::kPhase && session.phase != session::Away::kPhase;
  }
  static bool is_up(const PhoneView& phone) {
    return phone.phase != phone::Stopped::kPhase && phone.phase != phone::Deleted::kPhase;
  }

  Status consume(const Envelope& envelope) {
    const Status applied = models_.apply(envelope);
    return applied ? effects_.on_event(envelope) : applied;
  }

  void order(const EntityId& id, AnyCommand command) {
    directory_->deliver(id, std::move(command), system_provenance(random_id128(random_)),
                        [id](const CommandReply& reply) {
                          if (reply.kind == ReplyKind::kAccepted) return;
                          spdlog::warn("{} was not stopped: {}", to_text(id), reply.message);
                        });
  }

  Provenance system_provenance(const Id128& command_id) const {
    Provenance provenance;
    provenance.command_id = command_id;
    provenance.correlation_id = command_id;
    provenance.wall_time_us = clock_.now_us();
    return provenance;
  }

  // Both ids are made of names, so that a crash between the two leaves nothing twice.
  Status make_first_admin() {
    if (options_.first_admin.empty()) return Done{};
    if (!models_.users([](const UserView&) { return true; }).empty()) return Done{};
    const EntityId home = named_entity_id(EntityKind::kOrganization, "first");
    const EntityId admin = named_entity_id(EntityKind::kUser, options_.first_admin);
    const Status founded = carry_out(home, organization::Command(organization::Found{"Home"}));
    if (!founded) return founded;
    const std::string hash =
        hash_password(options_.first_admin_password, options_.gateway.password_cost);
    // Before it is tried: what was refused once stays refused.
    if (hash.empty()) return Error{"there is too little memory to hash a password"};
    return carry_out(
        admin, user::Command(user::Register{home, {}, options_.first_admin, hash, "operator"}));
  }

  Status carry_out(const EntityId& id, AnyCommand command) {
    const Id128 command_id = effect_command_id("first admin", id, "");
    const CommandReply reply =
        deliver_and_wait(*directory_, id, std::move(command), system_provenance(command_id));
    if (reply.kind == ReplyKind::kAccepted) return Done{};
    return Error{"the first operator cannot be made: " + reply.message};
  }

  EventLog& log_;
  const Clock& clock_;
  Random& random_;
  const ServerOptions options_;
  ReadModels models_;
  std::unique_ptr<EntityDirectory> directory_;
  HostReports reports_;
  HostEffects effects_;
  Absences absences_;
  LogFollower follower_;
  std::unique_ptr<Gateway> gateway_;
  std::mutex progress_mutex_;
  std::condition_variable progress_;
};

}  // namespace

Result<std::unique_ptr<ServerSide>> make_server_side(EventLog& log, const Clock& clock,
                                                     Random& random, const ServerOptions& options) {
  auto server = std::make_unique<WiredServer>(log, clock, random, options);
  const Status loaded = server->load();
  if (!loaded) return loaded.error();
  return std::unique_ptr<ServerSide>(std::move(server));
}

}  // namespace rookery
