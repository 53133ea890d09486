#include "actors/domain/link.h"

#include <utility>
#include <vector>

#include "actors/domain/text_rules.h"

namespace rookery::link {
namespace {

using Events = std::vector<Event>;

constexpr std::size_t kHashBytesMax = 256;

Refusal absent() { return {RefusalCode::kNotFound, "there is no such link: ask for a new one"}; }

Refusal revoked() { return {RefusalCode::kForbidden, "this link was revoked: ask for a new one"}; }

Decision<Event> on(const State& state, const Create& command) {
  if (!std::holds_alternative<Absent>(state)) {
    return Refusal{RefusalCode::kConflict, "this link was made already"};
  }
  const Terms& terms = command.terms;
  if (terms.phone.kind() != EntityKind::kPhone || terms.maker.kind() != EntityKind::kUser ||
      terms.organization.kind() != EntityKind::kOrganization) {
    return Refusal{RefusalCode::kInvalid, "a user makes a link to a phone: give both ids"};
  }
  if (terms.secret_hash.empty() || terms.secret_hash.size() > kHashBytesMax ||
      terms.password_hash.size() > kHashBytesMax) {
    return Refusal{RefusalCode::kInvalid, "a link needs a secret"};
  }
  const bool too_long =
      terms.expires_us > kLifetimeUsMax && terms.expires_us - kLifetimeUsMax > command.now_us;
  if (terms.expires_us <= command.now_us || too_long) {
    return Refusal{RefusalCode::kInvalid, "a link lives for at most 366 days: give less"};
  }
  const ClipboardRules usual = usual_clipboard(terms.control);
  const ClipboardRules clipboard = command.clipboard.value_or(usual);
  if (clipboard.in && !terms.control) {
    return Refusal{RefusalCode::kInvalid, "who may only watch cannot paste: choose out or none"};
  }
  Events events{event::Created{terms.phone, terms.organization, terms.maker, terms.control,
                               terms.single_use, terms.expires_us, terms.secret_hash,
                               terms.password_hash}};
  if (clipboard != usual) events.push_back(event::ClipboardSet{clipboard.in, clipboard.out});
  return events;
}

Decision<Event> on(const State& state, const Use& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (std::holds_alternative<Revoked>(state)) return revoked();
  if (command.session.kind() != EntityKind::kSession) {
    return Refusal{RefusalCode::kInvalid, "a link lets a session in: give its id"};
  }
  if (const auto* used = std::get_if<Used>(&state)) {
    if (used->tally.last_session == command.session) return Events{};
    return Refusal{RefusalCode::kConflict, "this link was used: ask for a new one"};
  }
  const Open& open = std::get<Open>(state);
  if (open.tally.last_session == command.session) return Events{};
  if (command.now_us > open.terms.expires_us) {
    return Refusal{RefusalCode::kExpired, "this link has expired: ask for a new one"};
  }
  return Events{event::Used{command.session, to_reason(command.remote_address)}};
}

Decision<Event> on(const State& state, const ReportFailedTry& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  return Events{event::TryFailed{command.password, to_reason(command.remote_address)}};
}

Decision<Event> on(const State& state, const Revoke& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (std::holds_alternative<Revoked>(state)) return Events{};
  if (!is_reason(command.reason)) {
    return Refusal{RefusalCode::kInvalid, "a reason is text of at most 512 bytes"};
  }
  return Events{event::Revoked{command.reason}};
}

[[noreturn]] void impossible(const State& state, const char* name) {
  const char* phase = std::visit([](const auto& now) { return now.kPhase; }, state);
  throw ImpossibleEvent(std::string(name) + " cannot happen to a link that is " + phase);
}

Tally* tally_of(State& state) {
  return std::visit(
      overloaded{[](Absent&) -> Tally* { return nullptr; }, [](auto& now) { return &now.tally; }},
      state);
}

State after(const State& state, const event::Created& created) {
  if (!std::holds_alternative<Absent>(state)) impossible(state, created.kName);
  return Open{{created.phone, created.organization, created.maker, created.control,
               created.single_use, created.expires_us, created.secret_hash, created.password_hash,
               usual_clipboard(created.control)},
              {}};
}

State after(State state, const event::ClipboardSet& set) {
  auto* open = std::get_if<Open>(&state);
  if (open == nullptr || (set.in && !open->terms.control)) impossible(state, set.kName);
  open->terms.clipboard = {set.in, set.out};
  return state;
}

State after(State state, const event::Used& used) {
  auto* open = std::get_if<Open>(&state);
  if (open == nullptr) impossible(state, used.kName);
  ++open->tally.uses;
  open->tally.last_session = used.session;
  if (!open->terms.single_use) return state;
  return Used{std::move(open->terms), open->tally};
}

State after(State state, const event::TryFailed& failed) {
  Tally* tally = tally_of(state);
  if (tally == nullptr) impossible(state, failed.kName);
  ++tally->failed_tries;
  return state;
}

State after(State state, const event::Revoked& revoked) {
  const Terms* terms = terms_of(state);
  if (terms == nullptr || std::holds_alternative<Revoked>(state)) impossible(state, revoked.kName);
  return Revoked{*terms, *tally_of(state), revoked.reason};
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

}  // namespace rookery::link
