#include "actors/domain/session.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "actors/domain/text_rules.h"

namespace rookery::session {
namespace {

using Events = std::vector<Event>;

Refusal absent() { return {RefusalCode::kNotFound, "there is no such session: open one"}; }

Refusal ended(const Ended& state) {
  return {RefusalCode::kConflict, "the session ended (" + state.reason + "): open a new one"};
}

bool same(const Totals& a, const Totals& b) {
  return a.bytes_sent == b.bytes_sent && a.bytes_received == b.bytes_received &&
         a.frames_sent == b.frames_sent && a.inputs_received == b.inputs_received;
}

// Counters only grow: a report that was overtaken cannot take back what is known.
Totals larger(const Totals& a, const Totals& b) {
  return {std::max(a.bytes_sent, b.bytes_sent), std::max(a.bytes_received, b.bytes_received),
          std::max(a.frames_sent, b.frames_sent), std::max(a.inputs_received, b.inputs_received)};
}

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b
             ? std::numeric_limits<std::uint64_t>::max()
             : a + b;
}

Totals sum(const Totals& a, const Totals& b) {
  return {sum(a.bytes_sent, b.bytes_sent), sum(a.bytes_received, b.bytes_received),
          sum(a.frames_sent, b.frames_sent), sum(a.inputs_received, b.inputs_received)};
}

// Of the whole session, when its last connection came to `reported`.
Totals totals_with(const State& state, const Totals& reported) {
  if (const auto* opened = std::get_if<Opened>(&state)) return sum(opened->totals, reported);
  if (const auto* away = std::get_if<Away>(&state)) return away->totals;
  const auto* connected = std::get_if<Connected>(&state);
  if (connected == nullptr) return reported;
  return larger(connected->totals, sum(connected->before, reported));
}

bool is_replaced(const State& state, const std::optional<Id128>& ticket) {
  const Terms* terms = terms_of(state);
  return terms != nullptr && ticket && *ticket != terms->ticket;
}

Refusal replaced() {
  return {RefusalCode::kConflict, "another ticket took this one's place: use that"};
}

Decision<Event> on(const State& state, const Open& command) {
  if (!std::holds_alternative<Absent>(state)) {
    return Refusal{RefusalCode::kConflict, "this session was opened already"};
  }
  const Terms& terms = command.terms;
  if (terms.phone.kind() != EntityKind::kPhone || terms.user.kind() != EntityKind::kUser ||
      terms.organization.kind() != EntityKind::kOrganization) {
    return Refusal{RefusalCode::kInvalid, "a session joins a user to a phone: give both ids"};
  }
  if (!is_name(terms.host)) {
    return Refusal{RefusalCode::kInvalid, "the phone has no host: start it first"};
  }
  const event::Opened opened{terms.phone,  terms.user,   terms.organization,
                             terms.host,   terms.ticket, terms.ticket_expires_us,
                             terms.control};
  if (terms.resumable() && terms.link.kind() != EntityKind::kLink) {
    return Refusal{RefusalCode::kInvalid, "only a link lets strangers in: give its id"};
  }
  Events events{opened};
  if (terms.resumable()) events.push_back(event::Invited{terms.link, terms.ends_us});
  const ClipboardRules usual = usual_clipboard(terms.control);
  const ClipboardRules clipboard = command.clipboard.value_or(usual);
  if (clipboard != usual) events.push_back(event::ClipboardSet{clipboard.in, clipboard.out});
  return events;
}

Decision<Event> on(const State& state, const ReportConnected& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (const auto* over = std::get_if<Ended>(&state)) return ended(*over);
  const auto* opened = std::get_if<Opened>(&state);
  if (opened == nullptr) {
    return Refusal{RefusalCode::kConflict, "the ticket was used already: open a new session"};
  }
  if (is_replaced(state, command.ticket)) return replaced();
  if (command.now_us > opened->terms.ticket_expires_us) {
    return Refusal{RefusalCode::kExpired, "the ticket has expired: open a new session"};
  }
  return Events{event::Connected{to_reason(command.remote_address), to_reason(command.cipher)}};
}

Decision<Event> on(const State& state, const ReportQuality& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (const auto* over = std::get_if<Ended>(&state)) return ended(*over);
  if (!std::holds_alternative<Connected>(state)) {
    return Refusal{RefusalCode::kConflict, "nobody is connected to this session"};
  }
  const Quality& quality = command.quality;
  return Events{event::QualityReported{quality.round_trip_us, quality.frames_per_second_milli,
                                       quality.bitrate_bps, quality.packets_lost,
                                       quality.glass_to_glass_us}};
}

Decision<Event> on(const State& state, const ReportTraffic& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (const auto* over = std::get_if<Ended>(&state)) return ended(*over);
  const auto* connected = std::get_if<Connected>(&state);
  if (connected == nullptr) {
    return Refusal{RefusalCode::kConflict, "nobody is connected to this session"};
  }
  if (is_replaced(state, command.ticket)) return replaced();
  const Totals totals = totals_with(state, command.totals);
  if (same(totals, connected->totals)) return Events{};
  return Events{event::TrafficReported{totals.bytes_sent, totals.bytes_received, totals.frames_sent,
                                       totals.inputs_received}};
}

Decision<Event> on(const State& state, const ReportInputsRefused& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (const auto* over = std::get_if<Ended>(&state)) return ended(*over);
  const auto* connected = std::get_if<Connected>(&state);
  if (connected == nullptr) {
    return Refusal{RefusalCode::kConflict, "nobody is connected to this session"};
  }
  if (is_replaced(state, command.ticket)) return replaced();
  if (connected->terms.inputs_refused) return Events{};
  return Events{event::InputsRefused{connected->remote_address}};
}

Decision<Event> on(const State& state, const ReportClipboard& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (const auto* over = std::get_if<Ended>(&state)) return ended(*over);
  if (!std::holds_alternative<Connected>(state)) {
    return Refusal{RefusalCode::kConflict, "nobody is connected to this session"};
  }
  if (is_replaced(state, command.ticket)) return replaced();
  return Events{event::ClipboardPassed{command.in ? "in" : "out", command.bytes}};
}

Decision<Event> on(const State& state, const ReportLost& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (std::holds_alternative<Ended>(state) || std::holds_alternative<Away>(state)) return Events{};
  if (is_replaced(state, command.ticket)) return replaced();
  const Totals totals = totals_with(state, command.totals);
  if (!terms_of(state)->resumable()) {
    return Events{event::Ended{to_reason(command.reason), totals.bytes_sent, totals.bytes_received,
                               totals.frames_sent, totals.inputs_received}};
  }
  return Events{event::Lost{to_reason(command.reason), command.now_us, totals.bytes_sent,
                            totals.bytes_received, totals.frames_sent, totals.inputs_received}};
}

Decision<Event> on(const State& state, const Resume& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (const auto* over = std::get_if<Ended>(&state)) return ended(*over);
  const Terms& terms = *terms_of(state);
  if (!terms.resumable()) {
    return Refusal{RefusalCode::kForbidden,
                   "this session ends with its connection: open a new one"};
  }
  if (!is_name(command.host)) {
    return Refusal{RefusalCode::kInvalid, "the phone has no host: start it first"};
  }
  if (command.ticket == terms.ticket) return Events{};
  return Events{event::Resumed{command.host, command.ticket, command.ticket_expires_us}};
}

Decision<Event> on(const State& state, const End& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (std::holds_alternative<Ended>(state)) return Events{};
  if (is_replaced(state, command.ticket)) return replaced();
  const Totals totals = totals_with(state, command.totals);
  return Events{event::Ended{to_reason(command.reason), totals.bytes_sent, totals.bytes_received,
                             totals.frames_sent, totals.inputs_received}};
}

[[noreturn]] void impossible(const State& state, const char* name) {
  const char* phase = std::visit([](const auto& now) { return now.kPhase; }, state);
  throw ImpossibleEvent(std::string(name) + " cannot happen to a session that is " + phase);
}

Connected& connected_or_stop(State& state, const char* name) {
  auto* connected = std::get_if<Connected>(&state);
  if (connected == nullptr) impossible(state, name);
  return *connected;
}

State after(State state, const event::Opened& opened) {
  if (!std::holds_alternative<Absent>(state)) impossible(state, opened.kName);
  Opened first{{opened.phone, opened.user, opened.organization, opened.host, opened.ticket,
                opened.ticket_expires_us, opened.control},
               {}};
  first.terms.clipboard = usual_clipboard(opened.control);
  return first;
}

State after(State state, const event::ClipboardSet& set) {
  auto* opened = std::get_if<Opened>(&state);
  if (opened == nullptr) impossible(state, set.kName);
  opened->terms.clipboard = {set.in, set.out};
  return state;
}

State after(State state, const event::Invited& invited) {
  auto* opened = std::get_if<Opened>(&state);
  if (opened == nullptr || opened->terms.resumable()) impossible(state, invited.kName);
  opened->terms.link = invited.link;
  opened->terms.ends_us = invited.ends_us;
  return state;
}

State after(State state, const event::Connected& connected) {
  auto* opened = std::get_if<Opened>(&state);
  if (opened == nullptr) impossible(state, connected.kName);
  return Connected{std::move(opened->terms), connected.remote_address,
                   connected.cipher,         {},
                   opened->totals,           opened->totals};
}

State after(State state, const event::QualityReported& report) {
  connected_or_stop(state, report.kName).quality = {
      report.round_trip_us, report.frames_per_second_milli, report.bitrate_bps, report.packets_lost,
      report.glass_to_glass_us};
  return state;
}

State after(State state, const event::TrafficReported& report) {
  connected_or_stop(state, report.kName).totals = {report.bytes_sent, report.bytes_received,
                                                   report.frames_sent, report.inputs_received};
  return state;
}

State after(State state, const event::InputsRefused& refused) {
  connected_or_stop(state, refused.kName).terms.inputs_refused = true;
  return state;
}

State after(State state, const event::ClipboardPassed& passed) {
  connected_or_stop(state, passed.kName);
  return state;
}

State after(State state, const event::Lost& lost) {
  const bool there =
      std::holds_alternative<Opened>(state) || std::holds_alternative<Connected>(state);
  if (!there) impossible(state, lost.kName);
  return Away{*terms_of(state),
              lost.reason,
              lost.lost_us,
              {lost.bytes_sent, lost.bytes_received, lost.frames_sent, lost.inputs_received}};
}

State after(State state, const event::Resumed& resumed) {
  const Terms* terms = terms_of(state);
  if (terms == nullptr || std::holds_alternative<Ended>(state)) impossible(state, resumed.kName);
  Opened opened{*terms, totals_with(state, {})};
  opened.terms.host = resumed.host;
  opened.terms.ticket = resumed.ticket;
  opened.terms.ticket_expires_us = resumed.ticket_expires_us;
  return opened;
}

State after(State state, const event::Ended& end) {
  const Terms* terms = terms_of(state);
  if (terms == nullptr || std::holds_alternative<Ended>(state)) impossible(state, end.kName);
  return Ended{*terms,
               end.reason,
               {end.bytes_sent, end.bytes_received, end.frames_sent, end.inputs_received}};
}

}  // namespace

const Terms* terms_of(const State& state) {
  return std::visit(overloaded{[](const Absent&) -> const Terms* { return nullptr; },
                               [](const auto& now) { return &now.terms; }},
                    state);
}

Decision<Event> decide(const State& state, const Command& command) {
  return std::visit([&](const auto& alternative) { return on(state, alternative); }, command);
}

State evolve(State state, const Event& event) {
  return std::visit([&](const auto& alternative) { return after(std::move(state), alternative); },
                    event);
}

}  // namespace rookery::session
