#include "media/media_actor.h"

#include <utility>

namespace rookery::media {
namespace {

class MediaBehavior {
 public:
  MediaBehavior(MediaActorState& state, const host::ReportSink& reports, TicketBook& tickets)
      : state_(state), reports_(reports), tickets_(tickets) {}

  void admit(const host::AdmitSession& admission) {
    const MediaActorState::Session waiting{admission.ticket, false};
    const auto [known, fresh] = state_.sessions.try_emplace(admission.session, waiting);
    if (!fresh) {
      if (known->second.ticket == admission.ticket) return;
      replace(admission.session);
      known->second = waiting;
    }
    if (tickets_.add(admission)) return;
    host::SessionEnded ended;
    ended.session = admission.session;
    ended.reason = "the ticket was used before";
    ended.ticket = admission.ticket;
    end(ended);
  }

  void close(const EntityId& session, const std::string& reason) {
    const auto found = state_.sessions.find(session);
    if (found == state_.sessions.end()) return;
    tickets_.void_session(session);
    if (found->second.connected && state_.pipeline != nullptr) {
      // The viewer's own end, with its totals, comes back as a report.
      state_.pipeline->inbox()->post(CloseViewer{session, reason});
      return;
    }
    host::SessionEnded ended;
    ended.session = session;
    ended.reason = reason;
    ended.ticket = found->second.ticket;
    end(ended);
  }

  void report(host::Report report) {
    if (const auto* connected = std::get_if<host::SessionConnected>(&report)) {
      const auto found = state_.sessions.find(connected->session);
      if (found == state_.sessions.end()) {
        // Closed between its ticket's use and now.
        if (state_.pipeline != nullptr) {
          state_.pipeline->inbox()->post(CloseViewer{connected->session, "the session was closed"});
        }
        return;
      }
      if (found->second.ticket != connected->ticket) return;
      found->second.connected = true;
      reports_(std::move(report));
    } else if (const auto* quality = std::get_if<host::SessionQuality>(&report)) {
      if (state_.sessions.contains(quality->session)) reports_(std::move(report));
    } else if (const auto* traffic = std::get_if<host::SessionTraffic>(&report)) {
      if (state_.sessions.contains(traffic->session)) reports_(std::move(report));
    } else if (const auto* copied = std::get_if<host::SessionClipboard>(&report)) {
      if (state_.sessions.contains(copied->session)) reports_(std::move(report));
    } else if (const auto* refused = std::get_if<host::SessionInputsRefused>(&report)) {
      if (state_.sessions.contains(refused->session)) reports_(std::move(report));
    } else if (const auto* ended = std::get_if<host::SessionEnded>(&report)) {
      end(*ended);
    }
  }

  void detached(const std::string& reason, bool lost) {
    while (!state_.sessions.empty()) {
      host::SessionEnded ended;
      ended.session = state_.sessions.begin()->first;
      ended.ticket = state_.sessions.begin()->second.ticket;
      ended.reason = reason;
      ended.lost = lost;
      tickets_.void_session(ended.session);
      end(ended);
    }
  }

 private:
  // The viewer is back while we think that they are still there: that was them too.
  void replace(const EntityId& session) {
    tickets_.void_session(session);
    if (state_.pipeline == nullptr) return;
    state_.pipeline->inbox()->post(CloseViewer{session, "the viewer came back another way", true});
  }

  void end(const host::SessionEnded& ended) {
    const auto found = state_.sessions.find(ended.session);
    if (found == state_.sessions.end() || found->second.ticket != ended.ticket) return;
    state_.sessions.erase(found);
    reports_(ended);
  }

  MediaActorState& state_;
  const host::ReportSink& reports_;
  TicketBook& tickets_;
};

}  // namespace

caf::behavior media_actor(caf::stateful_actor<MediaActorState>* self,
                          const host::ReportSink* reports, TicketBook* tickets) {
  const auto now = [self, reports, tickets] {
    return MediaBehavior(self->state, *reports, *tickets);
  };
  return {
      [self](const AttachPipeline& attach) { self->state.pipeline = attach.pipeline; },
      [self](const YieldPipeline& yield) {
        yield.taker->set_value(std::exchange(self->state.pipeline, nullptr));
      },
      [now](const PhoneDetached& detached) {
        now().detached(detached.reason, detached.lost);
        detached.done->set_value();
      },
      [now](const AdmitViewer& admit) { now().admit(admit.admission); },
      [now](const CloseSessionNow& close) { now().close(close.session, close.reason); },
      [now](const SessionReported& reported) { now().report(reported.report); },
  };
}

}  // namespace rookery::media
