// Events of an organization (the tenant) and its tree of departments.
// Frozen: once released, a struct never changes; a new version gets a new struct and an upcaster.
#pragma once

#include <cereal/types/string.hpp>
#include <cstdint>
#include <string>
#include <variant>

#include "schemas/event_types.h"
#include "schemas/ids.h"

namespace rookery::organization::event {

struct FoundedV1 {
  static constexpr std::uint32_t kType = event_type::kOrganizationFounded;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Organization.Founded";

  std::string name;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("name", name));
  }
};
using Founded = FoundedV1;

struct DepartmentAddedV1 {
  static constexpr std::uint32_t kType = event_type::kDepartmentAdded;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Organization.DepartmentAdded";

  Id128 department;
  Id128 parent;  // all zero: directly below the organization
  std::string name;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("department", department), cereal::make_nvp("parent", parent),
            cereal::make_nvp("name", name));
  }
};
using DepartmentAdded = DepartmentAddedV1;

struct DepartmentRenamedV1 {
  static constexpr std::uint32_t kType = event_type::kDepartmentRenamed;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Organization.DepartmentRenamed";

  Id128 department;
  std::string name;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("department", department), cereal::make_nvp("name", name));
  }
};
using DepartmentRenamed = DepartmentRenamedV1;

struct DepartmentRemovedV1 {
  static constexpr std::uint32_t kType = event_type::kDepartmentRemoved;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Organization.DepartmentRemoved";

  Id128 department;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("department", department));
  }
};
using DepartmentRemoved = DepartmentRemovedV1;

}  // namespace rookery::organization::event

namespace rookery::organization {

using Event = std::variant<event::Founded, event::DepartmentAdded, event::DepartmentRenamed,
                           event::DepartmentRemoved>;

}  // namespace rookery::organization
