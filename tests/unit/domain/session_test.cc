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

Terms terms() { return {kPhone, kAnn, kHome, "host-1", kTicket, kExpiresUs, true}; }
ReportConnected arrival(std::int64_t now_us) { return {"192.0.2.1:5000", "noise", now_us}; }

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
  Session::given({kOpened, kConnected}).when(ReportTraffic{{100, 10, 5, 2}}).then({kTraffic});
  Session::given({kOpened, kConnected, kTraffic})
      .when(ReportTraffic{{90, 10, 4, 2}})
      .then_nothing();
  Session::given({kOpened, kConnected, kTraffic})
      .when(ReportTraffic{{90, 20, 4, 3}})
      .then({event::TrafficReported{100, 20, 5, 3}});
}

BOOST_AUTO_TEST_CASE(ends_once_with_totals_never_below_those_reported) {
  Session::given({kOpened, kConnected, kTraffic})
      .when(End{"left", {0, 0, 0, 0}})
      .then({event::Ended{"left", 100, 10, 5, 2}});
  Session::given({kOpened, event::Ended{"left", 0, 0, 0, 0}})
      .when(End{"again", {9, 9, 9, 9}})
      .then_nothing();
  Session::given_nothing().when(End{"left", {}}).then_refused(RefusalCode::kNotFound);
}

BOOST_AUTO_TEST_CASE(keeps_machine_texts_clean) {
  const std::string dirty = "a\nb\xff" + std::string(1000, 'x');
  Session::given({kOpened})
      .when(ReportConnected{dirty, "noise", 0})
      .then({event::Connected{"a?b?" + std::string(508, 'x'), "noise"}});
}

BOOST_AUTO_TEST_CASE(never_follows_an_impossible_event) {
  BOOST_TEST(!Session::given_nothing().can_follow(kConnected));
  BOOST_TEST(!Session::given({kOpened}).can_follow(kOpened));
  BOOST_TEST(!Session::given({kOpened}).can_follow(kTraffic));
  BOOST_TEST(!Session::given({kOpened, kConnected}).can_follow(kConnected));
  const Event ended = event::Ended{"left", 0, 0, 0, 0};
  BOOST_TEST(!Session::given_nothing().can_follow(ended));
  BOOST_TEST(!Session::given({kOpened, ended}).can_follow(ended));
  BOOST_TEST(!Session::given({kOpened, ended}).can_follow(kConnected));
}

BOOST_AUTO_TEST_SUITE_END()
