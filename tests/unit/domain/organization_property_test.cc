#include <set>

#include "actors/domain/text_rules.h"
#include "tests/unit/domain/random_histories.h"

using namespace rookery;

namespace {

organization::Command propose(Choice& choice) {
  switch (choice.below(6)) {
    case 0:
      return organization::Found{choice.text()};
    case 1:
      return organization::RenameDepartment{choice.id128(), choice.text()};
    case 2:
      return organization::RemoveDepartment{choice.id128()};
    default:
      return organization::AddDepartment{choice.id128(), choice.id128(), choice.text()};
  }
}

std::string fracture(const organization::State& state) {
  const auto* active = std::get_if<organization::Active>(&state);
  if (active == nullptr) return "an event left no organization";
  for (const auto& [id, department] : active->departments) {
    if (id == Id128{}) return "a department with the zero id";
    std::size_t depth = 1;
    for (Id128 at = department.parent; at != Id128{}; ++depth) {
      const auto parent = active->departments.find(at);
      if (parent == active->departments.end()) return "a department below one that is gone";
      if (depth > organization::kDepartmentDepthMax) return "too deep, or a circle";
      at = parent->second.parent;
    }
  }
  return "";
}

std::string complaint(const organization::State& state) {
  if (std::string broken = fracture(state); !broken.empty()) return broken;
  const auto& active = std::get<organization::Active>(state);
  if (!is_name(active.name)) return "bad name";
  std::set<std::pair<Id128, std::string>> names;
  for (const auto& [id, department] : active.departments) {
    if (!is_name(department.name)) return "bad department name";
    if (!names.emplace(department.parent, department.name).second) return "two siblings, one name";
  }
  return "";
}

bool may_repeat(const organization::Command&) { return false; }

}  // namespace

BOOST_AUTO_TEST_SUITE(organization_histories)

BOOST_AUTO_TEST_CASE(every_decided_history_is_consistent) {
  RandomHistories<OrganizationAggregate>({propose, complaint, fracture, may_repeat}).run();
}

BOOST_AUTO_TEST_SUITE_END()
