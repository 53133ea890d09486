#include "actors/domain/deployment.h"

#include <algorithm>
#include <utility>

#include "actors/domain/text_rules.h"

namespace rookery::deployment {
namespace {

using Events = std::vector<Event>;

Refusal absent() { return {RefusalCode::kNotFound, "there is no such deployment: plan it first"}; }

Decision<Event> on(const State& state, const Plan& command) {
  if (!std::holds_alternative<Absent>(state)) {
    return Refusal{RefusalCode::kConflict, "this deployment was planned already"};
  }
  if (command.organization.kind() != EntityKind::kOrganization) {
    return Refusal{RefusalCode::kInvalid, "a deployment belongs to an organization: give its id"};
  }
  if (!is_name(command.package) || !is_reason(command.package_version)) {
    return Refusal{RefusalCode::kInvalid, "give the package's name, and its version as plain text"};
  }
  if (command.phones.empty() || command.phones.size() > kPhonesMax) {
    return Refusal{RefusalCode::kInvalid, "a deployment is for 1 to 10000 phones"};
  }
  for (const EntityId& phone : command.phones) {
    if (phone.kind() != EntityKind::kPhone) {
      return Refusal{RefusalCode::kInvalid, to_text(phone) + " is no phone: give phone ids only"};
    }
  }
  if (std::set<EntityId>(command.phones.begin(), command.phones.end()).size() !=
      command.phones.size()) {
    return Refusal{RefusalCode::kInvalid, "a phone stands twice in the list: give each once"};
  }
  return Events{event::Planned{command.organization, command.package, command.package_version,
                               command.uninstall, command.phones}};
}

// The last outcome finishes the deployment: both facts are recorded together.
Events outcome_events(const Active& active, const event::OutcomeReported& outcome) {
  Events events{outcome};
  if (active.pending.size() == 1) {
    const auto succeeded = std::count_if(active.outcomes.begin(), active.outcomes.end(),
                                         [](const auto& entry) { return entry.second.succeeded; }) +
                           (outcome.succeeded ? 1 : 0);
    const auto total = active.outcomes.size() + 1;
    events.emplace_back(event::Finished{static_cast<std::uint32_t>(succeeded),
                                        static_cast<std::uint32_t>(total - succeeded)});
  }
  return events;
}

const std::map<EntityId, Outcome>& outcomes_of(const State& state) {
  static const std::map<EntityId, Outcome> none;
  return std::visit(
      overloaded{
          [](const Absent&) -> const std::map<EntityId, Outcome>& { return none; },
          [](const auto& now) -> const std::map<EntityId, Outcome>& { return now.outcomes; }},
      state);
}

Decision<Event> on(const State& state, const ReportOutcome& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  const auto& outcomes = outcomes_of(state);
  if (const auto known = outcomes.find(command.phone); known != outcomes.end()) {
    if (known->second.succeeded == command.succeeded) return Events{};
    return Refusal{RefusalCode::kConflict, "this phone's outcome is known already"};
  }
  const auto* active = std::get_if<Active>(&state);
  if (active == nullptr) {
    return Refusal{RefusalCode::kConflict, "the deployment is over: plan a new one"};
  }
  if (!active->pending.contains(command.phone)) {
    return Refusal{RefusalCode::kNotFound, "this phone is not part of the deployment"};
  }
  return outcome_events(*active, event::OutcomeReported{command.phone, command.succeeded,
                                                        to_reason(command.message)});
}

Decision<Event> on(const State& state, const Cancel& command) {
  if (std::holds_alternative<Absent>(state)) return absent();
  if (std::holds_alternative<Cancelled>(state)) return Events{};
  if (std::holds_alternative<Finished>(state)) {
    return Refusal{RefusalCode::kConflict,
                   "the deployment is finished: there is nothing to cancel"};
  }
  if (!is_reason(command.reason)) {
    return Refusal{RefusalCode::kInvalid, "a reason is at most 512 bytes of plain text"};
  }
  return Events{event::Cancelled{command.reason}};
}

[[noreturn]] void impossible(const State& state, const char* name) {
  const char* phase = std::visit([](const auto& now) { return now.kPhase; }, state);
  throw ImpossibleEvent(std::string(name) + " cannot happen to a deployment that is " + phase);
}

State after(const State& state, const event::Planned& planned) {
  if (!std::holds_alternative<Absent>(state) || planned.phones.empty()) {
    impossible(state, planned.kName);
  }
  return Active{{planned.organization, planned.package, planned.package_version, planned.uninstall},
                {planned.phones.begin(), planned.phones.end()},
                {}};
}

State after(State state, const event::OutcomeReported& report) {
  auto* active = std::get_if<Active>(&state);
  if (active == nullptr || active->pending.erase(report.phone) == 0) {
    impossible(state, report.kName);
  }
  active->outcomes[report.phone] = {report.succeeded, report.message};
  return state;
}

State after(State state, const event::Finished& finished) {
  auto* active = std::get_if<Active>(&state);
  if (active == nullptr || !active->pending.empty()) impossible(state, finished.kName);
  return Finished{std::move(active->job), std::move(active->outcomes)};
}

State after(State state, const event::Cancelled& cancelled) {
  auto* active = std::get_if<Active>(&state);
  if (active == nullptr) impossible(state, cancelled.kName);
  return Cancelled{std::move(active->job), std::move(active->outcomes), cancelled.reason};
}

}  // namespace

Decision<Event> decide(const State& state, const Command& command) {
  return std::visit([&](const auto& alternative) { return on(state, alternative); }, command);
}

State evolve(State state, const Event& event) {
  return std::visit([&](const auto& alternative) { return after(std::move(state), alternative); },
                    event);
}

}  // namespace rookery::deployment
