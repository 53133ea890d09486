#include "actors/domain/text_rules.h"
#include "tests/unit/domain/random_histories.h"

using namespace rookery;

namespace {

deployment::Plan plan(Choice& choice) {
  deployment::Plan out{
      choice.entity(EntityKind::kOrganization), choice.text(), choice.text(), choice.one_in(2), {}};
  if (choice.one_in(40)) {
    out.phones.assign(deployment::kPhonesMax + 1, choice.entity(EntityKind::kPhone));
    return out;
  }
  const std::size_t count = choice.below(4);
  for (std::size_t i = 0; i < count; ++i) out.phones.push_back(choice.entity(EntityKind::kPhone));
  return out;
}

deployment::Command propose(Choice& choice) {
  switch (choice.below(8)) {
    case 0:
    case 1:
    case 2:
      return plan(choice);
    case 3:
      if (choice.one_in(4)) return deployment::Cancel{choice.text()};
      [[fallthrough]];
    default:
      return deployment::ReportOutcome{choice.entity(EntityKind::kPhone), choice.one_in(2),
                                       choice.text()};
  }
}

std::string outcomes_complaint(const std::map<EntityId, deployment::Outcome>& outcomes) {
  for (const auto& [phone, outcome] : outcomes) {
    if (phone.kind() != EntityKind::kPhone) return "an outcome of what is no phone";
    if (!is_reason(outcome.message)) return "unclean message";
  }
  return "";
}

std::string fracture(const deployment::State& state) {
  if (const auto* active = std::get_if<deployment::Active>(&state)) {
    for (const EntityId& phone : active->pending) {
      if (active->outcomes.contains(phone)) return "a phone counts twice";
      if (phone.kind() != EntityKind::kPhone) return "waits for what is no phone";
    }
    return outcomes_complaint(active->outcomes);
  }
  if (const auto* finished = std::get_if<deployment::Finished>(&state)) {
    if (finished->outcomes.empty()) return "finished without an outcome";
    return outcomes_complaint(finished->outcomes);
  }
  if (const auto* cancelled = std::get_if<deployment::Cancelled>(&state)) {
    if (!is_reason(cancelled->reason)) return "unclean reason";
    return outcomes_complaint(cancelled->outcomes);
  }
  return "an event left no deployment";
}

// The last outcome and the end of the job are two events of one append: in between, nothing is
// pending. No command ever sees that.
std::string complaint(const deployment::State& state) {
  const auto* active = std::get_if<deployment::Active>(&state);
  if (active && active->pending.empty()) return "active, but nothing is pending";
  return fracture(state);
}

bool may_repeat(const deployment::Command&) { return false; }

}  // namespace

BOOST_AUTO_TEST_SUITE(deployment_histories)

BOOST_AUTO_TEST_CASE(every_decided_history_is_consistent) {
  RandomHistories<DeploymentAggregate>({propose, complaint, fracture, may_repeat}).run();
}

BOOST_AUTO_TEST_SUITE_END()
