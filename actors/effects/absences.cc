#include "actors/effects/absences.h"

#include <spdlog/spdlog.h>

#include <chrono>

#include "actors/effects/command_name.h"

namespace rookery {
namespace {

constexpr std::chrono::seconds kLookEvery{2};
constexpr const char* kReason = "the viewer did not come back";

}  // namespace

Absences::Absences(const ReadModels& models, EntityDirectory& directory, const Clock& clock)
    : models_(models), directory_(directory), clock_(clock) {}

Absences::~Absences() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Absences::start() {
  thread_ = std::thread([this] { run(); });
}

void Absences::run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kLookEvery, [this] { return stopping_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

void Absences::look() {
  const std::int64_t now_us = clock_.now_us();
  const auto overdue = [&](const SessionView& session) {
    const bool came = !session.remote_address.empty();
    return session.phase == session::Away::kPhase &&
           now_us >= session.lost_us + (came ? kAwayUsMax : kNeverCameUsMax);
  };
  for (const SessionView& session : models_.sessions(overdue)) {
    Provenance provenance;
    // Of this absence only: a viewer who comes back meanwhile has another ticket.
    const std::string content = std::string(kReason) + " " + to_text(session.ticket);
    provenance.command_id = effect_command_id("end session", session.id, content);
    provenance.correlation_id = provenance.command_id;
    provenance.wall_time_us = now_us;
    directory_.deliver(session.id, session::Command(session::End{session.ticket, kReason, {}}),
                       provenance, [id = session.id](const CommandReply& reply) {
                         if (reply.kind == ReplyKind::kAccepted) return;
                         spdlog::warn("{} was not ended: {}", to_text(id), reply.message);
                       });
  }
}

}  // namespace rookery
