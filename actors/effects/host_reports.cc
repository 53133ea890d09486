#include "actors/effects/host_reports.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "actors/effects/command_name.h"

namespace rookery {
namespace {

constexpr std::chrono::milliseconds kRetryAfter{100};

ReportedCommand make(const EntityId& entity, AnyCommand command, const char* kind,
                     const std::string& content) {
  return {entity, std::move(command), effect_command_id(kind, entity, content)};
}

std::string figures(std::initializer_list<std::uint64_t> numbers) {
  std::string text;
  for (const std::uint64_t number : numbers) text += std::to_string(number) + " ";
  return text;
}

ReportedCommand to_command(const host::GuestStarted& report, std::int64_t) {
  return make(report.phone, phone::Command(phone::ReportStarted{report.boot}), "guest started",
              std::to_string(report.boot));
}

ReportedCommand to_command(const host::GuestStopped& report, std::int64_t) {
  return make(report.phone,
              phone::Command(phone::ReportStopped{report.boot, report.reason, report.failed}),
              "guest stopped", std::to_string(report.boot));
}

// In time is what was in time for the host, which let the viewer in: the report may come late.
ReportedCommand to_command(const host::SessionConnected& report, std::int64_t) {
  return make(report.session,
              session::Command(session::ReportConnected{report.ticket, report.remote_address,
                                                        report.cipher, report.used_us}),
              "session connected", to_text(report.ticket));
}

ReportedCommand to_command(const host::SessionQuality& report, std::int64_t) {
  const session::Quality quality{report.round_trip_us, report.frames_per_second_milli,
                                 report.bitrate_bps, report.packets_lost, report.glass_to_glass_us};
  return make(report.session, session::Command(session::ReportQuality{quality}), "session quality",
              figures({report.round_trip_us, report.frames_per_second_milli, report.bitrate_bps,
                       report.packets_lost, report.glass_to_glass_us}));
}

ReportedCommand to_command(const host::SessionTraffic& report, std::int64_t) {
  const session::Totals totals{report.bytes_sent, report.bytes_received, report.frames_sent,
                               report.inputs_received};
  return make(report.session, session::Command(session::ReportTraffic{report.ticket, totals}),
              "session traffic",
              to_text(report.ticket) + " " +
                  figures({report.bytes_sent, report.bytes_received, report.frames_sent,
                           report.inputs_received}));
}

ReportedCommand to_command(const host::SessionInputsRefused& report, std::int64_t) {
  return make(report.session, session::Command(session::ReportInputsRefused{report.ticket}),
              "session inputs refused", to_text(report.ticket));
}

ReportedCommand to_command(const host::SessionClipboard& report, std::int64_t) {
  return make(report.session,
              session::Command(session::ReportClipboard{report.ticket, report.in, report.bytes}),
              "session clipboard", to_text(report.ticket) + " " + figures({report.number}));
}

ReportedCommand to_command(const host::SessionEnded& report, std::int64_t now_us) {
  const session::Totals totals{report.bytes_sent, report.bytes_received, report.frames_sent,
                               report.inputs_received};
  session::Command command = session::End{report.ticket, report.reason, totals};
  if (report.lost) {
    command = session::ReportLost{report.ticket, report.reason, totals, now_us};
  }
  return make(report.session, std::move(command), "session ended", to_text(report.ticket));
}

EntityId entity_of(const host::Report& report) {
  return std::visit(overloaded{[](const host::GuestStarted& one) { return one.phone; },
                               [](const host::GuestStopped& one) { return one.phone; },
                               [](const auto& one) { return one.session; }},
                    report);
}

}  // namespace

ReportedCommand command_of(const host::Report& report, std::int64_t now_us) {
  return std::visit([&](const auto& alternative) { return to_command(alternative, now_us); },
                    report);
}

struct HostReports::Queue : std::enable_shared_from_this<Queue> {
  Queue(EntityDirectory& to, const Clock& time) : directory(to), clock(time) {}

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopping || !ready.empty(); });
      if (stopping) return;
      const EntityId entity = ready.front();
      ready.pop_front();
      const host::Report report = waiting.at(entity).front();
      lock.unlock();
      deliver(report);
      lock.lock();
      if (overloaded_lately) {
        overloaded_lately = false;
        changed.wait_for(lock, kRetryAfter, [this] { return stopping; });
      }
    }
  }

  void take(host::Report report) {
    const EntityId entity = entity_of(report);
    const std::lock_guard lock(mutex);
    auto& its_own = waiting[entity];
    its_own.push_back(std::move(report));
    if (its_own.size() > 1) return;
    ready.push_back(entity);
    changed.notify_one();
  }

  void deliver(const host::Report& report) {
    const std::int64_t now_us = clock.now_us();
    ReportedCommand reported = command_of(report, now_us);
    Provenance provenance;
    provenance.command_id = reported.command_id;
    provenance.correlation_id = reported.command_id;
    provenance.wall_time_us = now_us;
    directory.deliver(reported.entity, std::move(reported.command), provenance,
                      [queue = shared_from_this(), entity = reported.entity](
                          const CommandReply& reply) { queue->answered(entity, reply); });
  }

  void answered(const EntityId& entity, const CommandReply& reply) {
    if (reply.kind != ReplyKind::kAccepted && reply.kind != ReplyKind::kOverloaded) {
      spdlog::info("a host's report about {} was not taken: {}", to_text(entity), reply.message);
    }
    const std::lock_guard lock(mutex);
    auto& its_own = waiting.at(entity);
    if (reply.kind == ReplyKind::kOverloaded) {
      overloaded_lately = true;
    } else {
      its_own.pop_front();
    }
    if (its_own.empty()) {
      waiting.erase(entity);
      return;
    }
    ready.push_back(entity);
    changed.notify_one();
  }

  EntityDirectory& directory;
  const Clock& clock;
  std::mutex mutex;
  std::condition_variable changed;
  // Of one entity at a time one, so that they arrive in order; the others wait behind it.
  std::map<EntityId, std::deque<host::Report>> waiting;
  std::deque<EntityId> ready;  // entities whose oldest report may be delivered
  bool overloaded_lately = false;
  bool stopping = false;
  std::thread thread;
};

HostReports::HostReports(EntityDirectory& directory, const Clock& clock)
    : queue_(std::make_shared<Queue>(directory, clock)) {
  queue_->thread = std::thread([queue = queue_.get()] { queue->run(); });
}

HostReports::~HostReports() {
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->stopping = true;
    queue_->changed.notify_one();
  }
  queue_->thread.join();
}

void HostReports::take(host::Report report) { queue_->take(std::move(report)); }

}  // namespace rookery
