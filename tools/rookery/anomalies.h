// Looks for what is unusual in a log, by rules that anybody can read and check: each finding names
// the events behind it. Sees each event once, in the log's order.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/rookery/anomaly_rules.h"
#include "tools/rookery/json.h"

namespace rookery::tool {

struct Anomaly {
  std::string rule;  // as the rules file names it
  std::string who;   // a user, or the account or link that somebody tried
  std::int64_t time_us = 0;
  std::string what;
  std::vector<std::uint64_t> positions;  // of the events behind it, at most kPositionsMax
};

class AnomalySearch {
 public:
  // Principals and sessions that are remembered at the same time; those seen longest ago are
  // forgotten first. So memory stays below some 500 MB however long the log.
  static constexpr std::size_t kRememberedMax = 100'000;
  static constexpr std::size_t kPositionsMax = 100;

  AnomalySearch(AnomalyRules rules, std::function<void(const Anomaly&)> tell)
      : rules_(std::move(rules)), tell_(std::move(tell)) {}

  // An event as the API shows it.
  void look(const Json& event);
  // After the last event: sessions that are connected still.
  void finish();

 private:
  struct Seen {
    std::int64_t time_us = 0;
    std::uint64_t position = 0;
  };
  struct Person {
    std::uint64_t last_position = 0;
    std::array<std::uint64_t, 24> by_hour{};
    std::uint64_t actions = 0;
    std::uint64_t days = 0;
    std::int64_t last_day = -1;
    std::int64_t told_hour = -1;  // hours since 1970: each is told once
    std::deque<Seen> refusals;
    std::deque<Seen> changes;
    std::map<std::string, Seen> addresses;
    std::string region;
    Seen in_region;
  };
  struct Session {
    std::uint64_t last_position = 0;
    std::string user;  // empty: came by a link
    Seen connected;    // position 0: is not
  };

  void check_hour(const std::string& who, Person& person, const Seen& now);
  void check_burst(const char* rule, const AnomalyRules::Burst& burst, std::deque<Seen>& seen,
                   const std::string& who, const Seen& now, std::uint64_t times);
  void check_address(const std::string& who, const std::string& address, const Seen& now);
  void check_travel(const std::string& who, Person& person, const std::string& address,
                    const Seen& now);
  void look_at_session(const std::string& type, const Json& event, const Seen& now);
  void check_length(const std::string& id, Session& session, const Seen& now);
  Person& person(const std::string& who, const Seen& now);
  std::string region_of(const std::string& address) const;

  const AnomalyRules rules_;
  const std::function<void(const Anomaly&)> tell_;
  std::unordered_map<std::string, Person> people_;
  std::unordered_map<std::string, Session> sessions_;
  Seen last_;
};

}  // namespace rookery::tool
