// An organization: the tenant, and its tree of departments.
#pragma once

#include <cereal/types/map.hpp>
#include <cereal/types/string.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "actors/domain/decision.h"
#include "schemas/organization_events.h"

namespace rookery::organization {

inline constexpr std::size_t kDepartmentsMax = 10'000;
inline constexpr std::size_t kDepartmentDepthMax = 16;

struct Department {
  Id128 parent;  // all zero: directly below the organization
  std::string name;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("parent", parent), cereal::make_nvp("name", name));
  }
};

struct Absent {
  static constexpr const char* kPhase = "absent";
  template <class Archive>
  void serialize(Archive&) {}
};
struct Active {
  static constexpr const char* kPhase = "active";
  std::string name;
  std::map<Id128, Department> departments;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("name", name), cereal::make_nvp("departments", departments));
  }
};
using State = std::variant<Absent, Active>;

struct Found {
  static constexpr const char* kName = "Organization.Found";
  std::string name;
};
struct AddDepartment {
  static constexpr const char* kName = "Organization.AddDepartment";
  Id128 department;
  Id128 parent;
  std::string name;  // unique among its siblings
};
struct RenameDepartment {
  static constexpr const char* kName = "Organization.RenameDepartment";
  Id128 department;
  std::string name;
};
// Refused while it has departments below it.
struct RemoveDepartment {
  static constexpr const char* kName = "Organization.RemoveDepartment";
  Id128 department;
};
using Command = std::variant<Found, AddDepartment, RenameDepartment, RemoveDepartment>;

Decision<Event> decide(const State& state, const Command& command);
State evolve(State state, const Event& event);

}  // namespace rookery::organization
