#include "actors/domain/link.h"

#include "tests/unit/domain/specification.h"

using namespace rookery;
using namespace rookery::link;
using Link = Specification<LinkAggregate>;

namespace {

constexpr std::int64_t kNowUs = 1'000'000;
constexpr std::int64_t kExpiresUs = 5'000'000;

const EntityId kPhone = sample_id(EntityKind::kPhone, 1);
const EntityId kHome = sample_id(EntityKind::kOrganization, 1);
const EntityId kAnn = sample_id(EntityKind::kUser, 1);
const EntityId kFirst = sample_id(EntityKind::kSession, 1);
const EntityId kSecond = sample_id(EntityKind::kSession, 2);

Terms terms(bool single_use = false) {
  return {kPhone, kHome, kAnn, true, single_use, kExpiresUs, "hash", ""};
}
Event created(bool single_use = false) {
  return event::Created{kPhone, kHome, kAnn, true, single_use, kExpiresUs, "hash", ""};
}
Use use(const EntityId& session, std::int64_t now_us = kNowUs) {
  return {session, "192.0.2.1", now_us};
}
const Event kUsed = event::Used{kFirst, "192.0.2.1"};
const Event kRevoked = event::Revoked{"not any more"};

}  // namespace

BOOST_AUTO_TEST_SUITE(a_link)

BOOST_AUTO_TEST_CASE(is_made_once_by_a_user_for_a_phone) {
  Link::given_nothing().when(Create{terms(), kNowUs}).then({created()});
  Link::given({created()}).when(Create{terms(), kNowUs}).then_refused(RefusalCode::kConflict);
  Terms wrong = terms();
  wrong.phone = kAnn;
  Link::given_nothing().when(Create{wrong, kNowUs}).then_refused(RefusalCode::kInvalid);
  wrong = terms();
  wrong.secret_hash = "";
  Link::given_nothing().when(Create{wrong, kNowUs}).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(says_which_way_texts_pass_only_where_it_is_not_the_usual) {
  Link::given_nothing().when(Create{terms(), kNowUs, ClipboardRules{true, true}}).then({created()});
  Link::given_nothing()
      .when(Create{terms(), kNowUs, ClipboardRules{false, true}})
      .then({created(), event::ClipboardSet{false, true}});
  Terms watching = terms();
  watching.control = false;
  Link::given_nothing()
      .when(Create{watching, kNowUs, ClipboardRules{true, true}})
      .then_refused(RefusalCode::kInvalid);
  const State state = evolve(evolve({}, created()), event::ClipboardSet{false, true});
  BOOST_TEST((terms_of(state)->clipboard == ClipboardRules{false, true}));
  BOOST_TEST((terms_of(evolve({}, created()))->clipboard == ClipboardRules{true, true}));
}

BOOST_AUTO_TEST_CASE(lives_for_some_time_but_not_forever) {
  Terms edge = terms();
  edge.expires_us = kNowUs + kLifetimeUsMax + 1;
  Link::given_nothing().when(Create{edge, kNowUs}).then_refused(RefusalCode::kInvalid);
  edge.expires_us = kNowUs;
  Link::given_nothing().when(Create{edge, kNowUs}).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(lets_many_in_until_it_expires) {
  Link::given({created()}).when(use(kFirst)).then({kUsed});
  Link::given({created(), kUsed})
      .when(use(kSecond, kExpiresUs))
      .then({event::Used{kSecond, "192.0.2.1"}});
  Link::given({created(), kUsed}).when(use(kFirst)).then_nothing();
  Link::given({created()}).when(use(kFirst, kExpiresUs + 1)).then_refused(RefusalCode::kExpired);
  Link::given({created()}).when(use(kAnn)).then_refused(RefusalCode::kInvalid);
  Link::given_nothing().when(use(kFirst)).then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(of_a_single_use_lets_one_in) {
  Link::given({created(true), kUsed}).when(use(kSecond)).then_refused(RefusalCode::kConflict);
  Link::given({created(true), kUsed}).when(use(kFirst)).then_nothing();
}

BOOST_AUTO_TEST_CASE(lets_nobody_in_once_it_is_revoked) {
  Link::given({created()}).when(Revoke{"not any more"}).then({kRevoked});
  Link::given({created(), kRevoked}).when(Revoke{"again"}).then_nothing();
  Link::given({created(), kRevoked}).when(use(kFirst)).then_refused(RefusalCode::kForbidden);
  Link::given({created(true), kUsed}).when(Revoke{"not any more"}).then({kRevoked});
  Link::given({created(true), kUsed, kRevoked})
      .when(use(kFirst))
      .then_refused(RefusalCode::kForbidden);
  Link::given_nothing().when(Revoke{""}).then_refused(RefusalCode::kNotFound);
  Link::given({created()}).when(Revoke{"a\nb"}).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(counts_who_did_not_hold_what_it_asks_for) {
  const Event failed = event::TryFailed{true, "192.0.2.9"};
  Link::given({created()}).when(ReportFailedTry{true, "192.0.2.9"}).then({failed});
  const auto state = Link::given({created(), failed, failed, kUsed}).state();
  BOOST_TEST(std::get<Open>(state).tally.failed_tries == 2u);
  BOOST_TEST(std::get<Open>(state).tally.uses == 1u);
  Link::given_nothing().when(ReportFailedTry{false, ""}).then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(never_follows_an_impossible_event) {
  BOOST_TEST(!Link::given_nothing().can_follow(kUsed));
  BOOST_TEST(!Link::given_nothing().can_follow(kRevoked));
  BOOST_TEST(!Link::given_nothing().can_follow(event::TryFailed{}));
  BOOST_TEST(!Link::given({created()}).can_follow(created()));
  BOOST_TEST(!Link::given({created(true), kUsed}).can_follow(kUsed));
  BOOST_TEST(!Link::given({created(), kRevoked}).can_follow(kUsed));
  BOOST_TEST(!Link::given({created(), kRevoked}).can_follow(kRevoked));
}

BOOST_AUTO_TEST_SUITE_END()
