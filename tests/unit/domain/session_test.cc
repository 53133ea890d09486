#include "tests/unit/domain/specification.h"

using namespace rookery;
using namespace rookery::session;
using Session = Specification<SessionAggregate>;

namespace {

constexpr std::int64_t kExpiresUs = 1'000'000;

const EntityId kPhone = sample_id(EntityKind::kPhone, 1);
const EntityId kAnn = sample_id(EntityKind::kUser, 1);
const EntityId kHome = sample_id(EntityKind::kOrganization, 1);
const Id128 kTicket{{7}};

const Event kOpened = event::Opened{kPhone, kAnn, kHome, "host-1", kTicket, kExpiresUs, true};
const Event kConnected = event::Connected{"192.0.2.1:5000", "noise"};
const Event kTraffic = event::TrafficReported{100, 10, 5, 2};

const Id128 kSecondTicket{{8}};
const EntityId kLink = sample_id(EntityKind::kLink, 1);
const Event kInvited = event::Invited{kLink, 9'000'000};

Terms terms() { return {kPhone, kAnn, kHome, "host-1", kTicket, kExpiresUs, true}; }
Terms invited_terms() {
  Terms invited = terms();
  invited.link = kLink;
  invited.ends_us = 9'000'000;
  return invited;
}
ReportConnected arrival(std::int64_t now_us) {
  return {kTicket, "192.0.2.1:5000", "noise", now_us};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_session)

BOOST_AUTO_TEST_CASE(opens_once_for_a_user_and_a_phone_on_a_host) {
  Session::given_nothing().when(Open{terms()}).then({kOpened});
  Session::given({kOpened}).when(Open{terms()}).then_refused(RefusalCode::kConflict);
  Terms wrong = terms();
  wrong.phone = kAnn;
  Session::given_nothing().when(Open{wrong}).then_refused(RefusalCode::kInvalid);
  wrong = terms();
  wrong.host = "";
  Session::given_nothing().when(Open{wrong}).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(remembers_each_copy_and_paste_of_who_is_connected) {
  const Event out = event::ClipboardPassed{"out", 7};
  Session::given({kOpened, kConnected}).when(ReportClipboard{kTicket, false, 7}).then({out});
  Session::given({kOpened, kConnected, out})
      .when(ReportClipboard{kTicket, true, 9})
      .then({event::ClipboardPassed{"in", 9}});
  Session::given({kOpened, kConnected})
      .when(ReportClipboard{kSecondTicket, true, 9})
      .then_refused(RefusalCode::kConflict);
  Session::given({kOpened})
      .when(ReportClipboard{kTicket, true, 9})
      .then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(says_which_way_texts_pass_only_where_it_is_not_the_usual) {
  Session::given_nothing().when(Open{terms(), ClipboardRules{true, true}}).then({kOpened});
  const Event set = event::ClipboardSet{false, true};
  Session::given_nothing()
      .when(Open{invited_terms(), ClipboardRules{false, true}})
      .then({kOpened, kInvited, set});
  BOOST_TEST(
      (terms_of(evolve(evolve({}, kOpened), set))->clipboard == ClipboardRules{false, true}));
}

BOOST_AUTO_TEST_CASE(admits_its_ticket_until_it_expires) {
  Session::given({kOpened}).when(arrival(kExpiresUs)).then({kConnected});
  Session::given({kOpened}).when(arrival(kExpiresUs + 1)).then_refused(RefusalCode::kExpired);
}

BOOST_AUTO_TEST_CASE(admits_its_ticket_once) {
  Session::given({kOpened, kConnected}).when(arrival(0)).then_refused(RefusalCode::kConflict);
  Session::given({kOpened, kConnected, event::Ended{"left", 0, 0, 0, 0}})
      .when(arrival(0))
      .then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(that_ended_before_anybody_came_admits_nobody) {
  Session::given({kOpened, event::Ended{"withdrawn", 0, 0, 0, 0}})
      .when(arrival(0))
      .then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(remembers_quality_only_while_somebody_is_connected) {
  const ReportQuality report{{20'000, 60'000, 4'000'000, 3, 9'000}};
  Session::given({kOpened, kConnected})
      .when(report)
      .then({event::QualityReported{20'000, 60'000, 4'000'000, 3, 9'000}});
  Session::given({kOpened}).when(report).then_refused(RefusalCode::kConflict);
  Session::given_nothing().when(report).then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(counts_traffic_upwards_only) {
  Session::given({kOpened, kConnected})
      .when(ReportTraffic{kTicket, {100, 10, 5, 2}})
      .then({kTraffic});
  Session::given({kOpened, kConnected, kTraffic})
      .when(ReportTraffic{kTicket, {90, 10, 4, 2}})
      .then_nothing();
  Session::given({kOpened, kConnected, kTraffic})
      .when(ReportTraffic{kTicket, {90, 20, 4, 3}})
      .then({event::TrafficReported{100, 20, 5, 3}});
}

BOOST_AUTO_TEST_CASE(remembers_once_that_a_viewer_tried_to_touch) {
  const Event refused = event::InputsRefused{"192.0.2.1:5000"};
  const ReportInputsRefused report{kTicket};
  Session::given({kOpened, kConnected}).when(report).then({refused});
  Session::given({kOpened, kConnected, refused}).when(report).then_nothing();
  Session::given({kOpened, kConnected})
      .when(ReportInputsRefused{kSecondTicket})
      .then_refused(RefusalCode::kConflict);
  Session::given({kOpened}).when(report).then_refused(RefusalCode::kConflict);
  Session::given_nothing().when(report).then_refused(RefusalCode::kNotFound);
  // Not again when they are back.
  const Event resumed = event::Resumed{"host-1", kSecondTicket, kExpiresUs};
  Session::given({kOpened, kInvited, kConnected, refused, resumed, kConnected})
      .when(ReportInputsRefused{kSecondTicket})
      .then_nothing();
}

BOOST_AUTO_TEST_CASE(ends_once_with_totals_never_below_those_reported) {
  Session::given({kOpened, kConnected, kTraffic})
      .when(End{{}, "left", {0, 0, 0, 0}})
      .then({event::Ended{"left", 100, 10, 5, 2}});
  Session::given({kOpened, event::Ended{"left", 0, 0, 0, 0}})
      .when(End{{}, "again", {9, 9, 9, 9}})
      .then_nothing();
  Session::given_nothing().when(End{{}, "left", {}}).then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(by_a_link_says_which) {
  Session::given_nothing().when(Open{invited_terms()}).then({kOpened, kInvited});
  Terms wrong = invited_terms();
  wrong.link = kAnn;
  Session::given_nothing().when(Open{wrong}).then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(by_a_link_waits_for_a_viewer_that_is_lost) {
  const Event lost = event::Lost{"silent", 50, 100, 10, 5, 2};
  Session::given({kOpened, kInvited, kConnected, kTraffic})
      .when(ReportLost{kTicket, "silent", {90, 9, 4, 1}, 50})
      .then({lost});
  Session::given({kOpened, kInvited, kConnected, kTraffic, lost})
      .when(ReportLost{kTicket, "silent", {}, 60})
      .then_nothing();
  Session::given({kOpened, kInvited, kConnected, kTraffic, lost})
      .when(End{{}, "the link was revoked", {}})
      .then({event::Ended{"the link was revoked", 100, 10, 5, 2}});
}

BOOST_AUTO_TEST_CASE(without_a_link_ends_when_its_viewer_is_lost) {
  Session::given({kOpened, kConnected, kTraffic})
      .when(ReportLost{kTicket, "silent", {}, 50})
      .then({event::Ended{"silent", 100, 10, 5, 2}});
  Session::given({kOpened, kConnected})
      .when(Resume{"host-1", kSecondTicket, kExpiresUs})
      .then_refused(RefusalCode::kForbidden);
}

BOOST_AUTO_TEST_CASE(is_resumed_with_another_ticket_and_counts_on) {
  const Event resumed = event::Resumed{"host-2", kSecondTicket, kExpiresUs};
  const Resume resume{"host-2", kSecondTicket, kExpiresUs};
  const Event lost = event::Lost{"silent", 50, 100, 10, 5, 2};
  Session::given({kOpened, kInvited, kConnected, kTraffic, lost}).when(resume).then({resumed});
  // The host may not have missed them yet.
  Session::given({kOpened, kInvited, kConnected, kTraffic}).when(resume).then({resumed});
  Session::given({kOpened, kInvited, kConnected, kTraffic, resumed}).when(resume).then_nothing();
  const ReportConnected back{kSecondTicket, "192.0.2.1:5000", "noise", 0};
  Session::given({kOpened, kInvited, kConnected, kTraffic, resumed}).when(back).then({kConnected});
  Session::given({kOpened, kInvited, kConnected, kTraffic, resumed, kConnected})
      .when(ReportTraffic{kSecondTicket, {1, 1, 1, 1}})
      .then({event::TrafficReported{101, 11, 6, 3}});
  Session::given({kOpened, kInvited, kConnected, kTraffic, resumed, kConnected})
      .when(End{kSecondTicket, "left", {2, 2, 2, 2}})
      .then({event::Ended{"left", 102, 12, 7, 4}});
  Session::given({kOpened, kInvited, event::Ended{"left", 0, 0, 0, 0}})
      .when(resume)
      .then_refused(RefusalCode::kConflict);
  Session::given_nothing().when(resume).then_refused(RefusalCode::kNotFound);
  Session::given({kOpened, kInvited})
      .when(Resume{"", kSecondTicket, 1})
      .then_refused(RefusalCode::kInvalid);
}

BOOST_AUTO_TEST_CASE(hears_nothing_more_of_a_ticket_that_was_replaced) {
  const Event resumed = event::Resumed{"host-1", kSecondTicket, kExpiresUs};
  const Session back = Session::given({kOpened, kInvited, kConnected, resumed, kConnected});
  Session(back).when(ReportTraffic{kTicket, {9, 9, 9, 9}}).then_refused(RefusalCode::kConflict);
  Session(back).when(ReportLost{kTicket, "silent", {}, 9}).then_refused(RefusalCode::kConflict);
  Session(back).when(End{kTicket, "left", {}}).then_refused(RefusalCode::kConflict);
  Session::given({kOpened, kInvited, kConnected, resumed})
      .when(arrival(0))
      .then_refused(RefusalCode::kConflict);
}

BOOST_AUTO_TEST_CASE(keeps_machine_texts_clean) {
  const std::string dirty = "a\nb\xff" + std::string(1000, 'x');
  Session::given({kOpened})
      .when(ReportConnected{kTicket, dirty, "noise", 0})
      .then({event::Connected{"a?b?" + std::string(508, 'x'), "noise"}});
}

BOOST_AUTO_TEST_CASE(never_follows_an_impossible_event) {
  BOOST_TEST(!Session::given_nothing().can_follow(kConnected));
  BOOST_TEST(!Session::given({kOpened}).can_follow(kOpened));
  BOOST_TEST(!Session::given({kOpened}).can_follow(kTraffic));
  BOOST_TEST(!Session::given({kOpened, kConnected}).can_follow(kConnected));
  const Event lost = event::Lost{"silent", 0, 0, 0, 0, 0};
  const Event resumed = event::Resumed{"host-1", kSecondTicket, 0};
  BOOST_TEST(!Session::given_nothing().can_follow(kInvited));
  BOOST_TEST(!Session::given({kOpened, kInvited}).can_follow(kInvited));
  BOOST_TEST(!Session::given({kOpened, kConnected}).can_follow(kInvited));
  BOOST_TEST(!Session::given({kOpened, kInvited, lost}).can_follow(lost));
  BOOST_TEST(!Session::given({kOpened, kInvited, lost}).can_follow(kConnected));
  BOOST_TEST(!Session::given_nothing().can_follow(resumed));
  const Event ended = event::Ended{"left", 0, 0, 0, 0};
  BOOST_TEST(!Session::given({kOpened, ended}).can_follow(resumed));
  BOOST_TEST(!Session::given({kOpened, ended}).can_follow(lost));
  BOOST_TEST(!Session::given_nothing().can_follow(ended));
  BOOST_TEST(!Session::given({kOpened, ended}).can_follow(ended));
  BOOST_TEST(!Session::given({kOpened, ended}).can_follow(kConnected));
}

BOOST_AUTO_TEST_SUITE_END()
