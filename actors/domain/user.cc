#include "actors/domain/user.h"

#include <utility>
#include <vector>

#include "actors/domain/text_rules.h"

namespace rookery::user {
namespace {

using Events = std::vector<Event>;

constexpr std::size_t kHashBytesMax = 256;

Refusal absent() { return {RefusalCode::kNotFound, "there is no such user: register them first"}; }

bool is_role(const std::string& role) {
  return role == "operator" || role == "auditor" || role == "member";
}

bool is_hash(const std::string& hash) { return !hash.empty() && hash.size() <= kHashBytesMax; }

Decision<Event> on(const State& state, const Register& command) {
  if (!std::holds_alternative<Absent>(state)) {
    return Refusal{RefusalCode::kConflict, "this login is taken: choose another"};
  }
  if (!is_login(command.login)) {
    return Refusal{RefusalCode::kInvalid, "a login is 1 to 64 of a-z 0-9 . _ - @"};
  }
  if (!is_role(command.role)) {
    return Refusal{RefusalCode::kInvalid, "a role is operator, auditor or member"};
  }
  if (!is_hash(command.password_hash)) {
    return Refusal{RefusalCode::kInvalid, "a user needs a password"};
  }
  if (command.organization.kind() != EntityKind::kOrganization) {
    return Refusal{RefusalCode::kInvalid, "a user belongs to an organization: give its id"};
  }
  return Events{event::Registered{command.organization, command.department, command.login,
                                  command.password_hash, command.role}};
}

Decision<Event> on(const State& state, const ChangePassword& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (!is_hash(command.password_hash)) {
    return Refusal{RefusalCode::kInvalid, "a user needs a password"};
  }
  return Events{event::PasswordChanged{command.password_hash}};
}

Decision<Event> on(const State& state, const ReportSignIn& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  const std::string address = to_reason(command.remote_address);
  if (!command.succeeded) return Events{event::SignInFailed{address}};
  if (std::holds_alternative<Disabled>(state)) {
    return Refusal{RefusalCode::kForbidden, "this user is disabled: ask an operator"};
  }
  return Events{event::SignedIn{address}};
}

Decision<Event> on(const State& state, const Disable& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (std::holds_alternative<Disabled>(state)) return Events{};
  if (!is_reason(command.reason)) {
    return Refusal{RefusalCode::kInvalid, "a reason is at most 512 bytes of plain text"};
  }
  return Events{event::Disabled{command.reason}};
}

Decision<Event> on(const State& state, const Enable&) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (std::holds_alternative<Active>(state)) return Events{};
  return Events{event::Enabled{}};
}

[[noreturn]] void impossible(const State& state, const char* name) {
  const char* phase = std::visit([](const auto& now) { return now.kPhase; }, state);
  throw ImpossibleEvent(std::string(name) + " cannot happen to a user who is " + phase);
}

Account& account_or_stop(State& state, const char* name) {
  if (auto* active = std::get_if<Active>(&state)) return active->account;
  if (auto* disabled = std::get_if<Disabled>(&state)) return disabled->account;
  impossible(state, name);
}

State after(State state, const event::Registered& registered) {
  if (!std::holds_alternative<Absent>(state)) impossible(state, registered.kName);
  return Active{{registered.organization, registered.department, registered.login,
                 registered.password_hash, registered.role, 0, 0}};
}

State after(State state, const event::PasswordChanged& changed) {
  account_or_stop(state, changed.kName).password_hash = changed.password_hash;
  return state;
}

State after(State state, const event::SignedIn& signed_in) {
  auto* active = std::get_if<Active>(&state);
  if (active == nullptr) impossible(state, signed_in.kName);
  ++active->account.sign_ins;
  return state;
}

State after(State state, const event::SignInFailed& failed) {
  ++account_or_stop(state, failed.kName).failed_sign_ins;
  return state;
}

State after(State state, const event::Disabled& disabled) {
  auto* active = std::get_if<Active>(&state);
  if (active == nullptr) impossible(state, disabled.kName);
  return Disabled{std::move(active->account), disabled.reason};
}

State after(State state, const event::Enabled& enabled) {
  auto* disabled = std::get_if<Disabled>(&state);
  if (disabled == nullptr) impossible(state, enabled.kName);
  return Active{std::move(disabled->account)};
}

}  // namespace

const Account* account_of(const State& state) {
  if (const auto* active = std::get_if<Active>(&state)) return &active->account;
  if (const auto* disabled = std::get_if<Disabled>(&state)) return &disabled->account;
  return nullptr;
}

Decision<Event> decide(const State& state, const Command& command) {
  return std::visit([&](const auto& alternative) { return on(state, alternative); }, command);
}

State evolve(State state, const Event& event) {
  return std::visit([&](const auto& alternative) { return after(std::move(state), alternative); },
                    event);
}

}  // namespace rookery::user
