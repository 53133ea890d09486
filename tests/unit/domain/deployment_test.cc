#include "tests/unit/domain/specification.h"

using namespace rookery;
using namespace rookery::deployment;
using Deployment = Specification<DeploymentAggregate>;

namespace {

const EntityId kHome = sample_id(EntityKind::kOrganization, 1);
const EntityId kOne = sample_id(EntityKind::kPhone, 1);
const EntityId kTwo = sample_id(EntityKind::kPhone, 2);
const EntityId kOther = sample_id(EntityKind::kPhone, 3);

const Event kPlanned = event::Planned{kHome, "org.example.app", "1.2", false, {kOne, kTwo}};
const Event kOneDone = event::OutcomeReported{kOne, true, ""};
const Event kTwoFailed = event::OutcomeReported{kTwo, false, "no space"};
const Event kFinished = event::Finished{1, 1};

Plan plan(std::vector<EntityId> phones) {
  return {kHome, "org.example.app", "1.2", false, std::move(phones)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_deployment)

BOOST_AUTO_TEST_CASE(is_planned_once) {
  Deployment::given_nothing().when(plan({kOne, kTwo})).then({kPlanned});
  Deployment::given({kPlanned}).when(plan({kOne})).then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(is_for_at_least_one_phone_each_named_once_and_nothing_else) {
  Deployment::given_nothing().when(plan({})).then_refused(RefusalCode::kInvalid);
  Deployment::given_nothing().when(plan({kOne, kOne})).then_refused(RefusalCode::kInvalid);
  Deployment::given_nothing().when(plan({kOne, kHome})).then_refused(RefusalCode::kInvalid);
  std::vector<EntityId> phones;
  for (std::size_t i = 0; i <= kPhonesMax; ++i) {
    phones.push_back(make_entity_id(
        EntityKind::kPhone, {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)}));
  }
  Deployment::given_nothing().when(plan(phones)).then_refused(RefusalCode::kInvalid);
  phones.pop_back();
  Deployment::given_nothing()
      .when(plan(phones))
      .then({event::Planned{kHome, "org.example.app", "1.2", false, phones}});
}

BOOST_AUTO_TEST_CASE(counts_each_phone_once) {
  Deployment::given({kPlanned}).when(ReportOutcome{kOne, true, ""}).then({kOneDone});
  Deployment::given({kPlanned, kOneDone}).when(ReportOutcome{kOne, true, ""}).then_nothing();
  Deployment::given({kPlanned, kOneDone})
      .when(ReportOutcome{kOne, false, "changed my mind"})
      .then_refused(RefusalCode::kConflict);
  Deployment::given({kPlanned})
      .when(ReportOutcome{kOther, true, ""})
      .then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(finishes_with_its_last_outcome) {
  Deployment::given({kPlanned, kOneDone})
      .when(ReportOutcome{kTwo, false, "no space"})
      .then({kTwoFailed, kFinished});
  Deployment::given({kPlanned, kOneDone, kTwoFailed, kFinished})
      .when(ReportOutcome{kTwo, false, "no space"})
      .then_nothing();
  Deployment::given({kPlanned, kOneDone, kTwoFailed, kFinished})
      .when(ReportOutcome{kTwo, true, ""})
      .then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(can_be_cancelled_until_it_is_finished) {
  Deployment::given({kPlanned, kOneDone})
      .when(Cancel{"wrong app"})
      .then({event::Cancelled{"wrong app"}});
  Deployment::given({kPlanned, event::Cancelled{"wrong app"}}).when(Cancel{"again"}).then_nothing();
  Deployment::given({kPlanned, event::Cancelled{"wrong app"}})
      .when(ReportOutcome{kOne, true, ""})
      .then_refused(RefusalCode::kConflict);
  Deployment::given({kPlanned, kOneDone, kTwoFailed, kFinished})
      .when(Cancel{"too late"})
      .then_refused(RefusalCode::kConflict);
  Deployment::given_nothing().when(Cancel{""}).then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(never_follows_an_impossible_event) {
  BOOST_TEST(!Deployment::given_nothing().can_follow(kOneDone));
  BOOST_TEST(!Deployment::given({kPlanned}).can_follow(kPlanned));
  BOOST_TEST(!Deployment::given({kPlanned}).can_follow(kFinished));
  BOOST_TEST(!Deployment::given({kPlanned, kOneDone}).can_follow(kOneDone));
  BOOST_TEST(!Deployment::given({kPlanned}).can_follow(event::OutcomeReported{kOther, true, ""}));
  BOOST_TEST(!Deployment::given({kPlanned, event::Cancelled{""}}).can_follow(kOneDone));
  BOOST_TEST(!Deployment::given({kPlanned, kOneDone, kTwoFailed, kFinished}).can_follow(kFinished));
}

BOOST_AUTO_TEST_SUITE_END()
