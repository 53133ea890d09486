#include "actors/domain/text_rules.h"
#include "tests/unit/domain/random_histories.h"

using namespace rookery;

namespace {

const std::vector<std::int64_t> kTimes = {0, 999, 1000, 1001, -1, INT64_MAX, INT64_MIN};

link::Command propose(Choice& choice) {
  static const std::vector<std::string> hashes = {"hash", "", std::string(257, 'h')};
  std::optional<ClipboardRules> rules;
  if (choice.one_in(2)) rules = ClipboardRules{choice.one_in(2), choice.one_in(2)};
  switch (choice.below(6)) {
    case 0:
      return link::Create{
          {choice.entity(EntityKind::kPhone), choice.entity(EntityKind::kOrganization),
           choice.entity(EntityKind::kUser), choice.one_in(2), choice.one_in(2), choice.of(kTimes),
           choice.of(hashes), choice.of(hashes)},
          choice.of(kTimes),
          rules};
    case 1:
      return link::ReportFailedTry{choice.one_in(2), choice.text()};
    case 2:
      // Rare, or no link would live long.
      if (choice.one_in(8)) return link::Revoke{choice.text()};
      [[fallthrough]];
    default:
      return link::Use{choice.entity(EntityKind::kSession), choice.text(), choice.of(kTimes)};
  }
}

std::string complaint(const link::State& state) {
  const link::Terms* terms = link::terms_of(state);
  if (terms == nullptr) return "an event left no link";
  if (terms->phone.kind() != EntityKind::kPhone) return "no phone";
  if (terms->maker.kind() != EntityKind::kUser) return "nobody made it";
  if (terms->secret_hash.empty()) return "no secret";
  if (terms->clipboard.in && !terms->control) return "who may only watch may paste";
  const auto* used = std::get_if<link::Used>(&state);
  if (used != nullptr && used->tally.uses != 1) return "a single use is one use";
  if (used != nullptr && !terms->single_use) return "used up without a limit";
  const auto* revoked = std::get_if<link::Revoked>(&state);
  return revoked && !is_reason(revoked->reason) ? "unclean reason" : "";
}

// Every try is one.
bool may_repeat(const link::Command& command) {
  return std::holds_alternative<link::ReportFailedTry>(command);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(link_histories)

BOOST_AUTO_TEST_CASE(every_decided_history_is_consistent) {
  RandomHistories<LinkAggregate>({propose, complaint, complaint, may_repeat}).run();
}

BOOST_AUTO_TEST_SUITE_END()
