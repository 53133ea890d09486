#include "actors/runtime/changes.h"

#include <map>
#include <nlohmann/json.hpp>

#include "actors/runtime/history.h"
#include "schemas/shown_json.h"

namespace rookery {
namespace {

using Json = nlohmann::json;
using Fields = std::map<std::string, Json>;

struct Shown {
  std::string phase;
  Fields fields;
};

template <class State>
Shown show(const State& state) {
  return std::visit(
      [](const auto& phase) {
        Shown shown{phase.kPhase, {}};
        const Json value = shown_fields(to_json_text(phase));
        if (value.empty()) return shown;
        const Json flat = value.flatten();
        for (const auto& [field, leaf] : flat.items()) {
          if (!leaf.is_null()) shown.fields.emplace(field, leaf);
        }
        return shown;
      },
      state);
}

Json changes_between(const Fields& before, const Fields& after) {
  Json changes = Json::array();
  Fields all = before;
  all.insert(after.begin(), after.end());
  const auto in = [](const Fields& fields, const std::string& field) {
    const auto found = fields.find(field);
    return found == fields.end() ? Json() : found->second;
  };
  for (const auto& [field, value] : all) {
    Json was = in(before, field);
    Json is = in(after, field);
    if (was == is) continue;
    changes.push_back({{"field", field}, {"before", std::move(was)}, {"after", std::move(is)}});
  }
  return changes;
}

template <class Aggregate>
Status walk(const EventLog& log, const EntityId& id, std::uint64_t after_version,
            std::uint64_t until_version, const ChangeVisitor& visit) {
  History<Aggregate> history;
  if (after_version > 0) {
    if (auto status = follow_log(log, id, after_version, history); !status) return status;
  }
  Shown before = show(history.state);
  Status outcome = Done{};
  const Status read = log.read_stream(id, history.version + 1, [&](const Envelope& event) {
    if (event.version > until_version) return false;
    outcome = history.follow(event);
    if (!outcome) return false;
    Shown after = show(history.state);
    Json change = shown_event(event);
    change["phase_before"] = before.phase;
    change["phase"] = after.phase;
    change["changes"] = changes_between(before.fields, after.fields);
    before = std::move(after);
    return visit(change);
  });
  return outcome ? read : outcome;
}

}  // namespace

Status each_change(const EventLog& log, const EntityId& id, std::uint64_t after_version,
                   std::uint64_t until_version, const ChangeVisitor& visit) {
  Status walked = Error{to_text(id) + " is no kind of entity that has a state"};
  with_aggregate(id.kind(), [&](auto aggregate) {
    walked = walk<decltype(aggregate)>(log, id, after_version, until_version, visit);
    if (!walked) walked = Error{to_text(id) + ": " + walked.error().message};
  });
  return walked;
}

}  // namespace rookery
