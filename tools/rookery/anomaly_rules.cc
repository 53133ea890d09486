#include "tools/rookery/anomaly_rules.h"

#include <toml++/toml.h>

#include <cmath>
#include <sstream>
#include <type_traits>

#include "schemas/event_codec.h"
#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

constexpr std::string_view kDefault = R"(# Rules of rookery audit anomalies. Hours and days are UTC.
# Any rule: enabled = false.

[unusual_hour]          # somebody acts in an hour of the day in which they hardly ever did
learn_actions = 100     # what they did before anything of theirs is unusual,
learn_days = 5          # on at least so many days
share_max = 0.01        # at most this share of it was in that hour

[refusal_burst]         # one principal (or account, or link, that somebody tries) is refused often
count = 10
within_s = 60
types = ["CommandRefused", "Access.Refused", "User.SignInFailed", "Link.TryFailed",
         "Session.InputsRefused"]

[mass_change]           # one principal takes much away
count = 5
within_s = 300
types = ["Phone.Deleted", "Phone.Unbound", "Phone.StopRequested", "User.Disabled", "Link.Revoked"]

[new_address]           # a user signs in or connects from where they never were
learn = 1               # addresses known before another one is new

[impossible_travel]     # a user is in two regions
minutes = 240           # within less than this
[impossible_travel.regions]
# "192.0.2." = "europe" # addresses that begin so; the longest beginning counts

[session_length]        # a stream session is connected longer than this
hours = 12.0
)";

// Reads a table's values and remembers which names it knows.
class Section {
 public:
  Section(const toml::table& root, std::string name) : name_(std::move(name)) {
    const toml::node* node = root.get(name_);
    table_ = node == nullptr ? nullptr : node->as_table();
    if (node != nullptr && table_ == nullptr) fault_ = name_ + " is no table";
    known_.insert("enabled");
  }

  template <class T>
  Section& read(const std::string& key, T& out) {
    known_.insert(key);
    const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
    if (node == nullptr) return *this;
    if constexpr (std::is_same_v<T, bool>) {
      take(key, node->value_exact<bool>(), out);
    } else if constexpr (std::is_same_v<T, double>) {
      const auto value = node->value<double>();
      take(key, value && std::isfinite(*value) && *value >= 0 ? value : std::nullopt, out);
    } else {
      const auto value = node->value_exact<std::int64_t>();
      take(key, value && *value > 0 ? value : std::nullopt, out);
    }
    return *this;
  }

  Section& read_types(std::set<std::string>& out) {
    known_.insert("types");
    const toml::node* node = table_ == nullptr ? nullptr : table_->get("types");
    if (node == nullptr) return *this;
    out.clear();
    const toml::array* array = node->as_array();
    if (array == nullptr) fault_ = name_ + ".types is no list of event types";
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
      const auto type = array->get(i)->value_exact<std::string>();
      if (!type || type->ends_with('.') || !names_event_types(*type)) {
        fault_ = name_ + ".types: write types such as Phone.Deleted";
      } else {
        out.insert(*type);
      }
    }
    return *this;
  }

  Section& read_regions(std::map<std::string, std::string>& out) {
    known_.insert("regions");
    const toml::node* node = table_ == nullptr ? nullptr : table_->get("regions");
    const toml::table* regions = node == nullptr ? nullptr : node->as_table();
    if (node != nullptr && regions == nullptr) fault_ = name_ + ".regions is no table";
    if (regions == nullptr) return *this;
    for (const auto& [prefix, region] : *regions) {
      const auto text = region.value_exact<std::string>();
      if (!text) fault_ = name_ + ".regions: write \"ADDRESS\" = \"REGION\"";
      out[std::string(prefix.str())] = text.value_or("");
    }
    return *this;
  }

  Status finish() const {
    if (!fault_.empty()) return Error{fault_};
    if (table_ == nullptr) return Done{};
    for (const auto& [key, value] : *table_) {
      if (!known_.contains(std::string(key.str()))) {
        return Error{name_ + " has no '" + escape_text(std::string(key.str())) +
                     "': see rookery audit anomalies --print-rules"};
      }
    }
    return Done{};
  }

 private:
  template <class T, class Value>
  void take(const std::string& key, const std::optional<Value>& value, T& out) {
    if (value) {
      out = static_cast<T>(*value);
    } else {
      fault_ = name_ + "." + key + " has a value of another kind";
    }
  }

  const std::string name_;
  const toml::table* table_ = nullptr;
  std::set<std::string> known_;
  std::string fault_;
};

Status overlay(const toml::table& root, AnomalyRules& rules) {
  Section hour(root, "unusual_hour");
  hour.read("enabled", rules.unusual_hour.enabled)
      .read("learn_actions", rules.unusual_hour.learn_actions)
      .read("learn_days", rules.unusual_hour.learn_days)
      .read("share_max", rules.unusual_hour.share_max);
  Section refusals(root, "refusal_burst");
  refusals.read("enabled", rules.refusal_burst.enabled)
      .read("count", rules.refusal_burst.count)
      .read("within_s", rules.refusal_burst.within_s)
      .read_types(rules.refusal_burst.types);
  Section mass(root, "mass_change");
  mass.read("enabled", rules.mass_change.enabled)
      .read("count", rules.mass_change.count)
      .read("within_s", rules.mass_change.within_s)
      .read_types(rules.mass_change.types);
  Section address(root, "new_address");
  address.read("enabled", rules.new_address.enabled).read("learn", rules.new_address.learn);
  Section travel(root, "impossible_travel");
  travel.read("enabled", rules.impossible_travel.enabled)
      .read("minutes", rules.impossible_travel.minutes)
      .read_regions(rules.impossible_travel.regions);
  Section length(root, "session_length");
  length.read("enabled", rules.session_length.enabled).read("hours", rules.session_length.hours);
  static const std::set<std::string> names = {"unusual_hour",      "refusal_burst",
                                              "mass_change",       "new_address",
                                              "impossible_travel", "session_length"};
  for (const auto& [key, value] : root) {
    if (names.contains(std::string(key.str()))) continue;
    return Error{"there is no rule '" + escape_text(std::string(key.str())) +
                 "': see rookery audit anomalies --print-rules"};
  }
  for (const Section* section : {&hour, &refusals, &mass, &address, &travel, &length}) {
    if (auto status = section->finish(); !status) return status;
  }
  return Done{};
}

Status overlay(std::string_view text, AnomalyRules& rules) {
  try {
    return overlay(toml::parse(text), rules);
  } catch (const toml::parse_error& fault) {
    return Error{"line " + std::to_string(fault.source().begin.line) + ": " +
                 std::string(fault.description())};
  }
}

}  // namespace

std::string_view default_anomaly_rules() { return kDefault; }

Result<AnomalyRules> parse_anomaly_rules(const std::string& text) {
  AnomalyRules rules;
  if (auto status = overlay(kDefault, rules); !status) return status.error();
  if (auto status = overlay(text, rules); !status) return status.error();
  return rules;
}

}  // namespace rookery::tool
