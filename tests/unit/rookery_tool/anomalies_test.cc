// Given a log, these findings and no others.
#include "tools/rookery/anomalies.h"

#include <boost/test/unit_test.hpp>

using namespace rookery::tool;

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;
const std::string kAnn = "user/ann";

struct Log {
  explicit Log(const std::string& toml = "")
      : search(*parse_anomaly_rules(toml),
               [this](const Anomaly& anomaly) { found.push_back(anomaly); }) {}

  // Returns the event's position.
  std::uint64_t add(std::int64_t time_us, const std::string& type, const std::string& stream,
                    const std::string& by, const Json& data = Json::object()) {
    // As they come from the server: parsed, so that positions are unsigned.
    search.look(Json::parse(Json({{"position", ++position},
                                  {"time_us", time_us},
                                  {"type", type},
                                  {"stream", stream},
                                  {"principal", by},
                                  {"data", data}})
                                .dump()));
    return position;
  }
  std::uint64_t sign_in(std::int64_t time_us, const std::string& address) {
    return add(time_us, "User.SignedIn", kAnn, "system", {{"remote_address", address}});
  }
  // Fifteen actions a day at nine, ten and eleven, for twenty days.
  void work() {
    for (std::int64_t day = 0; day < 20; ++day) {
      for (std::int64_t i = 0; i < 15; ++i) {
        add(day * kDay + (9 + i % 3) * kHour + i * 60 * kSecond, "Phone.StartRequested", "phone/1",
            kAnn);
      }
    }
  }

  std::vector<Anomaly> found;
  std::uint64_t position = 0;
  AnomalySearch search;
};

void expect_one(const Log& log, const std::string& rule, const std::vector<std::uint64_t>& at) {
  BOOST_REQUIRE_EQUAL(log.found.size(), 1u);
  BOOST_TEST(log.found[0].rule == rule);
  BOOST_TEST(log.found[0].positions == at, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(anomalies)

BOOST_AUTO_TEST_CASE(an_hour_in_which_somebody_never_works) {
  Log log;
  log.work();
  BOOST_TEST(log.found.empty());
  const auto at = log.add(20 * kDay + 3 * kHour, "Phone.StartRequested", "phone/1", kAnn);
  log.add(20 * kDay + 3 * kHour + kSecond, "Phone.StartRequested", "phone/1", kAnn);  // told once
  expect_one(log, "unusual_hour", {at});
  // Somebody nobody knows yet, and the system, may work when they want.
  log.add(20 * kDay + 3 * kHour, "Phone.StartRequested", "phone/1", "user/bob");
  log.add(20 * kDay + 3 * kHour, "Phone.Started", "phone/1", "system");
  BOOST_TEST(log.found.size() == 1u);
}

BOOST_AUTO_TEST_CASE(refusals_in_a_row) {
  Log log("[refusal_burst]\ncount = 3\nwithin_s = 10\n");
  for (int i = 0; i < 9; ++i) log.add(i * 6 * kSecond, "CommandRefused", "phone/1", kAnn);
  BOOST_TEST(log.found.empty());
  const std::int64_t later = kHour;
  std::vector<std::uint64_t> at;
  for (int i = 0; i < 3; ++i) {
    at.push_back(log.add(later + i * kSecond, "CommandRefused", "phone/1", kAnn));
  }
  expect_one(log, "refusal_burst", at);
  BOOST_TEST(log.found[0].who == kAnn);
}

BOOST_AUTO_TEST_CASE(tries_of_one_account_and_refusals_that_were_counted) {
  Log log("[refusal_burst]\ncount = 3\n");
  for (int i = 0; i < 3; ++i) log.add(i * kSecond, "User.SignInFailed", kAnn, "system");
  BOOST_REQUIRE_EQUAL(log.found.size(), 1u);
  BOOST_TEST(log.found[0].who == kAnn);
  log.add(kDay, "Access.Refused", "access/bob", "user/bob", {{"count", 2}});
  BOOST_TEST(log.found.size() == 1u);
  const auto at = log.add(2 * kDay, "Access.Refused", "access/bob", "user/bob", {{"count", 7000}});
  BOOST_REQUIRE_EQUAL(log.found.size(), 2u);
  BOOST_TEST(log.found[1].positions == std::vector<std::uint64_t>{at},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(much_taken_away_at_once) {
  Log log("[mass_change]\ncount = 3\nwithin_s = 60\n");
  std::vector<std::uint64_t> at;
  for (const char* type : {"Phone.Deleted", "Phone.Unbound", "Link.Revoked"}) {
    log.add(0, type, "phone/1", "system");  // a server that stops
    at.push_back(log.add(kSecond, type, "phone/1", kAnn));
  }
  expect_one(log, "mass_change", at);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_new) {
  Log log;
  log.sign_in(0, "10.0.0.1");
  log.sign_in(kHour, "10.0.0.1");
  BOOST_TEST(log.found.empty());
  const auto at = log.sign_in(2 * kHour, "10.0.0.2");
  expect_one(log, "new_address", {at});
  // The same machine's stream session, whatever its port.
  log.add(3 * kHour, "Session.Opened", "session/1", kAnn, {{"user", kAnn}});
  log.add(3 * kHour, "Session.Connected", "session/1", "system",
          {{"remote_address", "10.0.0.2:4711"}});
  BOOST_TEST(log.found.size() == 1u);
}

BOOST_AUTO_TEST_CASE(two_places_at_once) {
  Log log(
      "[new_address]\nenabled = false\n[impossible_travel]\nminutes = 60\n"
      "[impossible_travel.regions]\n\"10.\" = \"here\"\n\"10.9.\" = \"there\"\n");
  const auto first = log.sign_in(0, "10.0.0.1");
  const auto second = log.sign_in(30 * 60 * kSecond, "10.9.0.1");
  expect_one(log, "impossible_travel", {first, second});
  log.sign_in(2 * kHour, "10.0.0.1");    // there was time
  log.sign_in(2 * kHour, "172.16.0.1");  // nobody knows where that is
  BOOST_TEST(log.found.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_session_without_end) {
  Log log("[session_length]\nhours = 2\n");
  const auto connect = [&](const std::string& id, std::int64_t time_us) {
    log.add(time_us, "Session.Opened", id, kAnn, {{"user", kAnn}});
    return log.add(time_us, "Session.Connected", id, "system", {{"remote_address", "10.0.0.1:1"}});
  };
  connect("session/short", 0);
  log.add(kHour, "Session.Ended", "session/short", "system");
  const auto from = connect("session/long", kHour);
  const auto to = log.add(4 * kHour, "Session.Ended", "session/long", "system");
  expect_one(log, "session_length", {from, to});
  const auto open = connect("session/open", 5 * kHour);
  const auto last = log.add(9 * kHour, "Phone.Started", "phone/1", "system");
  log.search.finish();
  BOOST_REQUIRE_EQUAL(log.found.size(), 2u);
  BOOST_TEST(log.found[1].positions == (std::vector<std::uint64_t>{open, last}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rules_that_are_wrong_are_not_taken) {
  BOOST_TEST(parse_anomaly_rules("").ok());
  BOOST_TEST(parse_anomaly_rules(std::string(default_anomaly_rules())).ok());
  for (const char* wrong :
       {"[unusual_hours]\n", "[mass_change]\ncuont = 3\n", "[mass_change]\ncount = \"3\"\n",
        "[mass_change]\ncount = 0\n", "[mass_change]\ncount = -1\n", "mass_change = 3\n",
        "[mass_change]\ntypes = [\"Phone.Dleted\"]\n", "[session_length]\nhours = nan\n", "[",
        "[impossible_travel]\nregions = 3\n", "[new_address]\nenabled = 1\n"}) {
    BOOST_TEST(!parse_anomaly_rules(wrong).ok(), wrong);
  }
}

BOOST_AUTO_TEST_SUITE_END()
