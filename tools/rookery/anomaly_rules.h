// What counts as unusual: thresholds in a TOML file. default_anomaly_rules() is the documentation.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "schemas/result.h"

namespace rookery::tool {

struct AnomalyRules {
  struct UnusualHour {
    bool enabled = true;
    std::uint64_t learn_actions = 0;
    std::uint64_t learn_days = 0;
    double share_max = 0;
  } unusual_hour;
  struct Burst {
    bool enabled = true;
    std::uint64_t count = 0;
    std::int64_t within_s = 0;
    std::set<std::string> types;
  } refusal_burst, mass_change;
  struct NewAddress {
    bool enabled = true;
    std::uint64_t learn = 0;
  } new_address;
  struct Travel {
    bool enabled = true;
    std::int64_t minutes = 0;
    std::map<std::string, std::string> regions;  // by the beginning of an address
  } impossible_travel;
  struct SessionLength {
    bool enabled = true;
    double hours = 0;
  } session_length;
};

// The rules as a file with a comment for each.
std::string_view default_anomaly_rules();
// What the text does not name stays as the default has it. Error: no TOML, an unknown name, or a
// value that is none.
Result<AnomalyRules> parse_anomaly_rules(const std::string& toml);

}  // namespace rookery::tool
