#include "actors/projections/view_events.h"

namespace rookery {

void apply_event(OrganizationView& view, const organization::Event& event) {
  using namespace organization::event;
  std::visit(
      overloaded{
          [&](const Founded& founded) { view.name = founded.name; },
          [&](const DepartmentAdded& added) {
            view.departments[added.department] = {added.parent, added.name};
          },
          [&](const DepartmentRenamed& renamed) {
            view.departments[renamed.department].name = renamed.name;
          },
          [&](const DepartmentRemoved& removed) { view.departments.erase(removed.department); },
      },
      event);
}

void apply_event(UserView& view, const user::Event& event) {
  using namespace user::event;
  std::visit(overloaded{
                 [&](const Registered& registered) {
                   view.organization = registered.organization;
                   view.department = registered.department;
                   view.login = registered.login;
                   view.role = registered.role;
                   view.password_version = view.version;
                 },
                 [&](const Disabled&) { view.disabled = true; },
                 [&](const Enabled&) { view.disabled = false; },
                 [&](const PasswordChanged&) { view.password_version = view.version; },
                 [](const SignedIn&) {},
                 [](const SignInFailed&) {},
             },
             event);
}

void apply_event(PhoneView& view, const phone::Event& event) {
  using namespace phone::event;
  std::visit(overloaded{
                 [&](const Created& created) {
                   view.organization = created.organization;
                   view.name = created.name;
                   view.image = created.image;
                   view.width_px = created.width_px;
                   view.height_px = created.height_px;
                   view.phase = phone::Stopped::kPhase;
                 },
                 [&](const Forked& forked) {
                   view.organization = forked.organization;
                   view.name = forked.name;
                   view.image = forked.image;
                   view.width_px = forked.width_px;
                   view.height_px = forked.height_px;
                   view.phase = phone::Stopped::kPhase;
                   view.last_stop_reason = "forked from " + to_text(forked.origin);
                 },
                 [&](const Bound& bound) { view.bound_user = bound.user; },
                 [&](const Unbound&) { view.bound_user.reset(); },
                 [&](const StartRequested& requested) {
                   view.phase = phone::Starting::kPhase;
                   view.host = requested.host;
                   view.boot = requested.boot;
                 },
                 [&](const Started&) { view.phase = phone::Running::kPhase; },
                 [&](const StopRequested&) { view.phase = phone::Stopping::kPhase; },
                 [&](const Stopped& stopped) {
                   view.phase = phone::Stopped::kPhase;
                   view.host.clear();
                   view.last_stop_reason = stopped.reason;
                   view.failed = stopped.failed;
                 },
                 [&](const Deleted&) { view.phase = phone::Deleted::kPhase; },
             },
             event);
}

void apply_event(SessionView& view, const session::Event& event) {
  using namespace session::event;
  const auto set_totals = [&](const auto& figures) {
    view.totals = {figures.bytes_sent, figures.bytes_received, figures.frames_sent,
                   figures.inputs_received};
  };
  std::visit(overloaded{
                 [&](const Opened& opened) {
                   view.phone = opened.phone;
                   view.user = opened.user;
                   view.organization = opened.organization;
                   view.host = opened.host;
                   view.control = opened.control;
                   view.clipboard = usual_clipboard(opened.control);
                   view.ticket = opened.ticket;
                   view.phase = session::Opened::kPhase;
                 },
                 [&](const Connected& connected) {
                   view.phase = session::Connected::kPhase;
                   view.remote_address = connected.remote_address;
                 },
                 [&](const QualityReported& report) {
                   view.quality = {report.round_trip_us, report.frames_per_second_milli,
                                   report.bitrate_bps, report.packets_lost,
                                   report.glass_to_glass_us};
                 },
                 [&](const TrafficReported& report) { set_totals(report); },
                 [](const InputsRefused&) {},
                 [](const ClipboardPassed&) {},
                 [&](const ClipboardSet& set) {
                   view.clipboard = {set.in, set.out};
                 },
                 [&](const Ended& end) {
                   view.phase = session::Ended::kPhase;
                   view.end_reason = end.reason;
                   set_totals(end);
                 },
                 [&](const Invited& invited) {
                   view.link = invited.link;
                   view.ends_us = invited.ends_us;
                 },
                 [&](const Lost& lost) {
                   view.phase = session::Away::kPhase;
                   view.lost_us = lost.lost_us;
                   set_totals(lost);
                 },
                 [&](const Resumed& resumed) {
                   view.phase = session::Opened::kPhase;
                   view.host = resumed.host;
                   view.ticket = resumed.ticket;
                 },
             },
             event);
}

void apply_event(LinkView& view, const link::Event& event) {
  using namespace link::event;
  std::visit(overloaded{
                 [&](const Created& created) {
                   view.phone = created.phone;
                   view.organization = created.organization;
                   view.maker = created.maker;
                   view.control = created.control;
                   view.clipboard = usual_clipboard(created.control);
                   view.single_use = created.single_use;
                   view.has_password = !created.password_hash.empty();
                   view.expires_us = created.expires_us;
                   view.phase = link::Open::kPhase;
                 },
                 [&](const Used& used) {
                   ++view.tally.uses;
                   view.tally.last_session = used.session;
                   if (view.single_use) view.phase = link::Used::kPhase;
                 },
                 [&](const ClipboardSet& set) {
                   view.clipboard = {set.in, set.out};
                 },
                 [&](const TryFailed&) { ++view.tally.failed_tries; },
                 [&](const Revoked& revoked) {
                   view.phase = link::Revoked::kPhase;
                   view.revoke_reason = revoked.reason;
                 },
             },
             event);
}

}  // namespace rookery
