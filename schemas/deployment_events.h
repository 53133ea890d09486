// Events of one batch install or uninstall of an app.
// Frozen: once released, a struct never changes; a new version gets a new struct and an upcaster.
#pragma once

#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "schemas/event_types.h"
#include "schemas/ids.h"

namespace rookery::deployment::event {

struct PlannedV1 {
  static constexpr std::uint32_t kType = event_type::kDeploymentPlanned;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Deployment.Planned";

  EntityId organization;
  std::string package;
  std::string package_version;
  bool uninstall = false;
  std::vector<EntityId> phones;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("organization", organization), cereal::make_nvp("package", package),
            cereal::make_nvp("package_version", package_version),
            cereal::make_nvp("uninstall", uninstall), cereal::make_nvp("phones", phones));
  }
};
using Planned = PlannedV1;

struct OutcomeReportedV1 {
  static constexpr std::uint32_t kType = event_type::kDeploymentOutcomeReported;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Deployment.OutcomeReported";

  EntityId phone;
  bool succeeded = false;
  std::string message;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("phone", phone), cereal::make_nvp("succeeded", succeeded),
            cereal::make_nvp("message", message));
  }
};
using OutcomeReported = OutcomeReportedV1;

struct FinishedV1 {
  static constexpr std::uint32_t kType = event_type::kDeploymentFinished;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Deployment.Finished";

  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("succeeded", succeeded), cereal::make_nvp("failed", failed));
  }
};
using Finished = FinishedV1;

struct CancelledV1 {
  static constexpr std::uint32_t kType = event_type::kDeploymentCancelled;
  static constexpr std::uint16_t kSchema = 1;
  static constexpr const char* kName = "Deployment.Cancelled";

  std::string reason;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("reason", reason));
  }
};
using Cancelled = CancelledV1;

}  // namespace rookery::deployment::event

namespace rookery::deployment {

using Event =
    std::variant<event::Planned, event::OutcomeReported, event::Finished, event::Cancelled>;

}  // namespace rookery::deployment
