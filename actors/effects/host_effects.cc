#include "actors/effects/host_effects.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "actors/effects/command_name.h"
#include "schemas/runtime_events.h"

namespace rookery {

HostEffects::HostEffects(const ReadModels& models, EntityDirectory& directory, const Clock& clock)
    : models_(models), directory_(directory), clock_(clock) {}

void HostEffects::connect(host::Link& link) { links_.emplace_back(link.description().name, &link); }

host::Link* HostEffects::any_host() const {
  return links_.empty() ? nullptr : links_.front().second;
}

host::Link* HostEffects::find_host(const std::string& name) const {
  for (const auto& [known, link] : links_) {
    if (known == name) return link;
  }
  return nullptr;
}

void HostEffects::reconcile() {
  const auto active = [](const PhoneView& phone) {
    return phone.phase == phone::Starting::kPhase || phone.phase == phone::Running::kPhase ||
           phone.phase == phone::Stopping::kPhase;
  };
  for (const PhoneView& phone : models_.phones(active)) {
    if (phone.phase == phone::Stopping::kPhase) {
      stop_guest(phone);
    } else {
      start_guest(phone);
    }
  }
  const auto deleted = [](const PhoneView& phone) { return phone.phase == phone::Deleted::kPhase; };
  for (const PhoneView& phone : models_.phones(deleted)) remove_guest(phone.id);
  const auto open = [](const SessionView& session) {
    return session.phase != session::Ended::kPhase;
  };
  for (const SessionView& session : models_.sessions(open)) {
    if (session.resumable()) {
      lose_session(session, "server restarted");
    } else {
      end_session(session.id, "server restarted", Provenance{});
    }
  }
}

Status HostEffects::on_event(const Envelope& envelope) {
  if (EventDecoder<runtime_event::Event>::knows(envelope.type)) return Done{};
  if (EventDecoder<phone::Event>::knows(envelope.type)) {
    auto event =
        EventDecoder<phone::Event>::decode(envelope.type, envelope.schema, envelope.payload);
    if (!event) return event.error();
    on_phone(envelope, *event);
  } else if (envelope.type == event_type::kUserDisabled) {
    end_sessions([&](const SessionView& session) { return session.user == envelope.stream; },
                 "the user was disabled", envelope.provenance);
  } else if (envelope.type == event_type::kLinkRevoked) {
    end_sessions([&](const SessionView& session) { return session.link == envelope.stream; },
                 "the link was revoked", envelope.provenance);
  } else if (envelope.type == event_type::kSessionOpened) {
    on_opened(envelope);
  } else if (envelope.type == event_type::kSessionInvited) {
    on_invited(envelope);
  } else if (envelope.type == event_type::kSessionEnded) {
    const auto session = models_.session(envelope.stream);
    host::Link* link = session ? find_host(session->host) : nullptr;
    if (link != nullptr) link->send(host::CloseSession{session->id, session->end_reason});
  }
  return Done{};
}

// What let the user in may have ended before the session began to be.
void HostEffects::on_opened(const Envelope& envelope) {
  const auto session = models_.session(envelope.stream);
  if (!session) return;
  const auto end = [&](const char* reason) {
    end_session(session->id, reason, envelope.provenance);
  };
  const auto user = models_.user(session->user);
  const auto phone = models_.phone(session->phone);
  if (user && user->disabled) {
    end("the user was disabled");
  } else if (phone && phone->phase != phone::Running::kPhase) {
    end("the phone is not running any more");
  } else if (phone && !may_stay(*session, *phone)) {
    end("the phone was taken from this user");
  }
}

// The link may have been revoked while it let this one in.
void HostEffects::on_invited(const Envelope& envelope) {
  const auto session = models_.session(envelope.stream);
  const auto link = session ? models_.link(session->link) : std::nullopt;
  if (link && link->phase == link::Revoked::kPhase) {
    end_session(session->id, "the link was revoked", envelope.provenance);
  }
}

void HostEffects::on_phone(const Envelope& envelope, const phone::Event& event) {
  const auto phone = models_.phone(envelope.stream);
  if (!phone) return;
  std::visit(overloaded{
                 [&](const phone::event::StartRequested& requested) {
                   PhoneView starting = *phone;
                   starting.host = requested.host;
                   starting.boot = requested.boot;
                   start_guest(starting);
                 },
                 [&](const phone::event::StopRequested&) { stop_guest(*phone); },
                 [&](const phone::event::Stopped& stopped) {
                   end_sessions(
                       [&](const SessionView& session) { return session.phone == phone->id; },
                       "the phone stopped: " + stopped.reason, envelope.provenance);
                 },
                 [&](const phone::event::Unbound&) {
                   end_sessions(
                       [&](const SessionView& session) {
                         return session.phone == phone->id && !may_stay(session, *phone);
                       },
                       "the phone was taken from this user", envelope.provenance);
                 },
                 [&](const phone::event::Deleted&) { remove_guest(phone->id); },
                 [](const auto&) {},
             },
             event);
}

// Operators look at any phone, others at the one that is theirs.
bool HostEffects::may_stay(const SessionView& session, const PhoneView& phone) const {
  if (phone.bound_user == session.user) return true;
  const auto user = models_.user(session.user);
  return user && user->role == "operator";
}

void HostEffects::end_sessions(const std::function<bool(const SessionView&)>& which,
                               const std::string& reason, const Provenance& cause) {
  const auto open_and_meant = [&](const SessionView& session) {
    return session.phase != session::Ended::kPhase && which(session);
  };
  for (const SessionView& session : models_.sessions(open_and_meant)) {
    end_session(session.id, reason, cause);
  }
}

void HostEffects::end_session(const EntityId& session, const std::string& reason,
                              const Provenance& cause) {
  deliver(session, session::End{{}, reason, {}}, effect_command_id("end session", session, reason),
          cause);
}

// May happen again, after its viewer came back.
void HostEffects::lose_session(const SessionView& session, const std::string& reason) {
  const std::string content = reason + " at version " + std::to_string(session.version);
  deliver(session.id, session::ReportLost{{}, reason, {}, clock_.now_us()},
          effect_command_id("lose session", session.id, content), Provenance{});
}

void HostEffects::deliver(const EntityId& session, session::Command command,
                          const Id128& command_id, const Provenance& cause) {
  Provenance provenance;
  provenance.command_id = command_id;
  provenance.causation_id = cause.command_id;
  provenance.correlation_id =
      cause.correlation_id == Id128{} ? provenance.command_id : cause.correlation_id;
  provenance.wall_time_us = clock_.now_us();
  directory_.deliver(session, std::move(command), provenance, [session](const CommandReply& reply) {
    if (reply.kind == ReplyKind::kAccepted) return;
    spdlog::warn("{} was not ended: {}", to_text(session), reply.message);
  });
}

void HostEffects::start_guest(const PhoneView& phone) {
  host::Link* link = find_host(phone.host);
  if (link == nullptr) {
    spdlog::warn("{} should run on host {}, which is out of reach", to_text(phone.id), phone.host);
    return;
  }
  link->send(host::StartGuest{phone.id, phone.boot, phone.image, phone.width_px, phone.height_px});
}

void HostEffects::stop_guest(const PhoneView& phone) {
  host::Link* link = find_host(phone.host);
  if (link == nullptr) {
    spdlog::warn("{} should stop on host {}, which is out of reach", to_text(phone.id), phone.host);
    return;
  }
  link->send(host::StopGuest{phone.id, phone.boot});
}

// A stopped phone has no host; it may have been on any.
void HostEffects::remove_guest(const EntityId& phone) {
  for (const auto& [name, link] : links_) link->send(host::RemoveGuest{phone});
}

}  // namespace rookery
