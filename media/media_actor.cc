#include "media/media_actor.h"

#include <utility>

namespace rookery::media {
namespace {

class MediaBehavior {
 public:
  MediaBehavior(MediaActorState& state, const host::ReportSink& reports, TicketBook& tickets)
      : state_(state), reports_(reports), tickets_(tickets) {}

  void admit(const host::AdmitSession& admission) {
    if (!state_.sessions.try_emplace(admission.session).second) return;
    if (tickets_.add(admission)) return;
    host::SessionEnded ended;
    ended.session = admission.session;
    ended.reason = "the ticket was used before";
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
      found->second.connected = true;
      reports_(std::move(report));
    } else if (const auto* quality = std::get_if<host::SessionQuality>(&report)) {
      if (state_.sessions.contains(quality->session)) reports_(std::move(report));
    } else if (const auto* traffic = std::get_if<host::SessionTraffic>(&report)) {
      if (state_.sessions.contains(traffic->session)) reports_(std::move(report));
    } else if (const auto* ended = std::get_if<host::SessionEnded>(&report)) {
      end(*ended);
    }
  }

  void detached(const std::string& reason) {
    while (!state_.sessions.empty()) {
      host::SessionEnded ended;
      ended.session = state_.sessions.begin()->first;
      ended.reason = reason;
      tickets_.void_session(ended.session);
      end(ended);
    }
  }

 private:
  void end(const host::SessionEnded& ended) {
    if (state_.sessions.erase(ended.session) == 1) reports_(ended);
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
        now().detached(detached.reason);
        detached.done->set_value();
      },
      [now](const AdmitViewer& admit) { now().admit(admit.admission); },
      [now](const CloseSessionNow& close) { now().close(close.session, close.reason); },
      [now](const SessionReported& reported) { now().report(reported.report); },
  };
}

}  // namespace rookery::media
