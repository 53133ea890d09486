#include "actors/domain/organization.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "actors/domain/text_rules.h"

namespace rookery::organization {
namespace {

using Events = std::vector<Event>;

Refusal absent() {
  return {RefusalCode::kNotFound, "there is no such organization: found it first"};
}
Refusal no_department() {
  return {RefusalCode::kNotFound, "there is no such department in this organization"};
}
Refusal bad_name() { return {RefusalCode::kInvalid, "a name is 1 to 128 bytes of plain text"}; }
Refusal name_taken() {
  return {RefusalCode::kConflict, "a department beside it has this name: choose another"};
}

bool has_sibling(const Active& active, const Id128& parent, const std::string& name,
                 const Id128& except) {
  return std::any_of(active.departments.begin(), active.departments.end(), [&](const auto& entry) {
    return entry.first != except && entry.second.parent == parent && entry.second.name == name;
  });
}

std::size_t depth_of(const Active& active, Id128 department) {
  std::size_t depth = 0;
  while (department != Id128{}) {
    department = active.departments.at(department).parent;
    ++depth;
  }
  return depth;
}

Decision<Event> on(const State& state, const Found& command) {
  if (!std::holds_alternative<Absent>(state)) {
    return Refusal{RefusalCode::kConflict, "this organization exists already"};
  }
  if (!is_name(command.name)) return bad_name();
  return Events{event::Founded{command.name}};
}

Decision<Event> on(const State& state, const AddDepartment& command) {
  const auto* active = std::get_if<Active>(&state);
  if (active == nullptr) return absent();
  if (!is_name(command.name)) return bad_name();
  if (command.department == Id128{} || active->departments.contains(command.department)) {
    return Refusal{RefusalCode::kConflict, "this department exists already"};
  }
  if (command.parent != Id128{} && !active->departments.contains(command.parent)) {
    return Refusal{RefusalCode::kNotFound, "there is no such department to stand below"};
  }
  if (has_sibling(*active, command.parent, command.name, Id128{})) return name_taken();
  if (active->departments.size() >= kDepartmentsMax) {
    return Refusal{RefusalCode::kInvalid, "an organization has at most 10000 departments"};
  }
  if (depth_of(*active, command.parent) >= kDepartmentDepthMax) {
    return Refusal{RefusalCode::kInvalid, "departments stand at most 16 levels deep"};
  }
  return Events{event::DepartmentAdded{command.department, command.parent, command.name}};
}

Decision<Event> on(const State& state, const RenameDepartment& command) {
  const auto* active = std::get_if<Active>(&state);
  if (active == nullptr) return absent();
  const auto found = active->departments.find(command.department);
  if (found == active->departments.end()) return no_department();
  if (!is_name(command.name)) return bad_name();
  if (found->second.name == command.name) return Events{};
  if (has_sibling(*active, found->second.parent, command.name, command.department)) {
    return name_taken();
  }
  return Events{event::DepartmentRenamed{command.department, command.name}};
}

Decision<Event> on(const State& state, const RemoveDepartment& command) {
  const auto* active = std::get_if<Active>(&state);
  if (active == nullptr) return absent();
  if (!active->departments.contains(command.department)) return no_department();
  const bool has_children =
      std::any_of(active->departments.begin(), active->departments.end(),
                  [&](const auto& entry) { return entry.second.parent == command.department; });
  if (has_children) {
    return Refusal{RefusalCode::kConflict, "departments stand below it: remove those first"};
  }
  return Events{event::DepartmentRemoved{command.department}};
}

[[noreturn]] void impossible(const char* name) {
  throw ImpossibleEvent(std::string(name) + " cannot happen to this organization");
}

Active& active_or_stop(State& state, const char* name) {
  auto* active = std::get_if<Active>(&state);
  if (active == nullptr) impossible(name);
  return *active;
}

State after(const State& state, const event::Founded& founded) {
  if (!std::holds_alternative<Absent>(state)) impossible(founded.kName);
  return Active{founded.name, {}};
}

State after(State state, const event::DepartmentAdded& added) {
  Active& active = active_or_stop(state, added.kName);
  const bool parent_known = added.parent == Id128{} || active.departments.contains(added.parent);
  if (!parent_known ||
      !active.departments.emplace(added.department, Department{added.parent, added.name}).second) {
    impossible(added.kName);
  }
  return state;
}

State after(State state, const event::DepartmentRenamed& renamed) {
  Active& active = active_or_stop(state, renamed.kName);
  const auto found = active.departments.find(renamed.department);
  if (found == active.departments.end()) impossible(renamed.kName);
  found->second.name = renamed.name;
  return state;
}

State after(State state, const event::DepartmentRemoved& removed) {
  Active& active = active_or_stop(state, removed.kName);
  if (active.departments.erase(removed.department) == 0) impossible(removed.kName);
  return state;
}

}  // namespace

Decision<Event> decide(const State& state, const Command& command) {
  return std::visit([&](const auto& alternative) { return on(state, alternative); }, command);
}

State evolve(State state, const Event& event) {
  return std::visit([&](const auto& alternative) { return after(std::move(state), alternative); },
                    event);
}

}  // namespace rookery::organization
