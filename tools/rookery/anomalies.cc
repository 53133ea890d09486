#include "tools/rookery/anomalies.h"

#include <algorithm>
#include <cstdlib>

namespace rookery::tool {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kHourUs = 3600 * kSecondUs;
constexpr std::size_t kAddressesMax = 64;

// Without the port of "1.2.3.4:5" and "[::1]:5".
std::string without_port(const std::string& address) {
  if (address.starts_with('[')) return address.substr(1, address.find(']') - 1);
  const auto colon = address.find(':');
  return address.find(':', colon + 1) == std::string::npos ? address.substr(0, colon) : address;
}

// Makes room by forgetting the half that was seen longest ago.
template <class Map>
void keep_within(Map& map, std::size_t size_max) {
  if (map.size() <= size_max) return;
  std::vector<std::uint64_t> positions;
  positions.reserve(map.size());
  for (const auto& [key, value] : map) positions.push_back(value.last_position);
  const auto middle = positions.begin() + static_cast<std::ptrdiff_t>(positions.size() / 2);
  std::nth_element(positions.begin(), middle, positions.end());
  std::erase_if(map, [&](const auto& entry) { return entry.second.last_position < *middle; });
}

std::string data_text(const Json& event, const char* name) {
  const auto data = event.find("data");
  return data != event.end() && data->is_object() ? text_field(*data, name) : std::string();
}

std::string counted(std::uint64_t count, std::int64_t seconds) {
  return std::to_string(count) + " within " + std::to_string(seconds) + " seconds";
}

}  // namespace

void AnomalySearch::look(const Json& event) {
  const Seen now{event.value("time_us", std::int64_t{0}), number_field(event, "position")};
  last_ = now;
  const std::string type = text_field(event, "type");
  const std::string by = text_field(event, "principal");
  const std::string stream = text_field(event, "stream");
  const bool a_user = by.starts_with("user/");
  if (a_user) check_hour(by, person(by, now), now);
  if (rules_.refusal_burst.enabled && rules_.refusal_burst.types.contains(type)) {
    const bool tried = type == "User.SignInFailed" || type == "Link.TryFailed";
    const std::string who = tried || !a_user ? stream : by;
    const auto data = event.find("data");
    const std::uint64_t times =
        data != event.end() && data->contains("count") ? number_field(*data, "count") : 1;
    check_burst("refusal_burst", rules_.refusal_burst, person(who, now).refusals, who, now, times);
  }
  if (a_user && rules_.mass_change.enabled && rules_.mass_change.types.contains(type)) {
    check_burst("mass_change", rules_.mass_change, person(by, now).changes, by, now, 1);
  }
  if (type == "User.SignedIn") check_address(stream, data_text(event, "remote_address"), now);
  if (type.starts_with("Session.")) look_at_session(type, event, now);
}

void AnomalySearch::finish() {
  for (auto& [id, session] : sessions_) check_length(id, session, last_);
}

AnomalySearch::Person& AnomalySearch::person(const std::string& who, const Seen& now) {
  keep_within(people_, kRememberedMax);
  Person& found = people_[who];
  found.last_position = now.position;
  return found;
}

void AnomalySearch::check_hour(const std::string& who, Person& person, const Seen& now) {
  const std::int64_t hours = now.time_us / kHourUs;
  const std::int64_t day = hours / 24;
  std::uint64_t& in_hour = person.by_hour[static_cast<std::size_t>(((hours % 24) + 24) % 24)];
  const auto& rule = rules_.unusual_hour;
  if (rule.enabled && person.actions >= rule.learn_actions && person.days >= rule.learn_days &&
      static_cast<double>(in_hour) <= rule.share_max * static_cast<double>(person.actions) &&
      person.told_hour != hours) {
    person.told_hour = hours;
    tell_({"unusual_hour",
           who,
           now.time_us,
           std::to_string(in_hour) + " of " + std::to_string(person.actions) +
               " actions before were in this hour of the day",
           {now.position}});
  }
  ++in_hour;
  ++person.actions;
  if (day != person.last_day) {
    person.last_day = day;
    ++person.days;
  }
}

void AnomalySearch::check_burst(const char* rule, const AnomalyRules::Burst& burst,
                                std::deque<Seen>& seen, const std::string& who, const Seen& now,
                                std::uint64_t times) {
  // One event may stand for many; more than a burst needs say no more.
  for (std::uint64_t i = 0; i < std::min(times, burst.count); ++i) seen.push_back(now);
  while (now.time_us - seen.front().time_us > burst.within_s * kSecondUs) seen.pop_front();
  if (seen.size() < burst.count) return;
  Anomaly found{rule, who, now.time_us, counted(seen.size(), burst.within_s), {}};
  for (const Seen& one : seen) {
    const bool again = !found.positions.empty() && found.positions.back() == one.position;
    if (!again && found.positions.size() < kPositionsMax) found.positions.push_back(one.position);
  }
  tell_(found);
  seen.clear();
}

void AnomalySearch::check_address(const std::string& who, const std::string& remote,
                                  const Seen& now) {
  if (remote.empty()) return;
  const std::string address = without_port(remote);
  Person& person = this->person(who, now);
  check_travel(who, person, address, now);
  const auto known = person.addresses.find(address);
  if (known != person.addresses.end()) {
    known->second = now;
    return;
  }
  if (rules_.new_address.enabled && person.addresses.size() >= rules_.new_address.learn) {
    tell_({"new_address", who, now.time_us, "never before from " + address, {now.position}});
  }
  if (person.addresses.size() >= kAddressesMax) {
    person.addresses.erase(std::min_element(
        person.addresses.begin(), person.addresses.end(),
        [](const auto& a, const auto& b) { return a.second.position < b.second.position; }));
  }
  person.addresses.emplace(address, now);
}

void AnomalySearch::check_travel(const std::string& who, Person& person, const std::string& address,
                                 const Seen& now) {
  const std::string region = region_of(address);
  if (region.empty()) return;
  const auto& rule = rules_.impossible_travel;
  const std::int64_t apart_us = std::abs(now.time_us - person.in_region.time_us);
  if (rule.enabled && !person.region.empty() && person.region != region &&
      apart_us < rule.minutes * 60 * kSecondUs) {
    tell_({"impossible_travel",
           who,
           now.time_us,
           "from " + person.region + " to " + region + " in " +
               std::to_string(apart_us / (60 * kSecondUs)) + " minutes",
           {person.in_region.position, now.position}});
  }
  person.region = region;
  person.in_region = now;
}

std::string AnomalySearch::region_of(const std::string& address) const {
  std::string region;
  std::size_t longest = 0;
  for (const auto& [beginning, name] : rules_.impossible_travel.regions) {
    if (address.starts_with(beginning) && beginning.size() >= longest) {
      longest = beginning.size();
      region = name;
    }
  }
  return region;
}

void AnomalySearch::look_at_session(const std::string& type, const Json& event, const Seen& now) {
  const std::string id = text_field(event, "stream");
  keep_within(sessions_, kRememberedMax);
  Session& session = sessions_[id];
  session.last_position = now.position;
  if (type == "Session.Opened") {
    session.user = data_text(event, "user");
  } else if (type == "Session.Invited") {
    session.user.clear();
  } else if (type == "Session.Connected") {
    session.connected = now;
    if (!session.user.empty()) {
      check_address(session.user, data_text(event, "remote_address"), now);
    }
  } else if (type == "Session.Lost" || type == "Session.Ended") {
    check_length(id, session, now);
    session.connected = {};
    if (type == "Session.Ended") sessions_.erase(id);
  }
}

void AnomalySearch::check_length(const std::string& id, Session& session, const Seen& now) {
  const auto& rule = rules_.session_length;
  const auto length_us = static_cast<double>(now.time_us - session.connected.time_us);
  if (!rule.enabled || session.connected.position == 0 ||
      length_us <= rule.hours * static_cast<double>(kHourUs)) {
    return;
  }
  tell_({"session_length",
         session.user.empty() ? id : session.user,
         now.time_us,
         id + " was connected for " +
             std::to_string(static_cast<std::int64_t>(length_us) / (60 * kSecondUs)) + " minutes",
         {session.connected.position, now.position}});
}

}  // namespace rookery::tool
