// An app deployment: one batch install or uninstall on many phones.
#pragma once

#include <cereal/types/map.hpp>
#include <cereal/types/set.hpp>
#include <cereal/types/string.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/domain/decision.h"
#include "schemas/deployment_events.h"

namespace rookery::deployment {

inline constexpr std::size_t kPhonesMax = 10'000;

struct Plan {
  static constexpr const char* kName = "Deployment.Plan";
  EntityId organization;
  std::string package;
  std::string package_version;
  bool uninstall = false;
  std::vector<EntityId> phones;  // 1 to kPhonesMax, each once
};
// Exactly one outcome a phone: the same again changes nothing, a different one is a conflict.
struct ReportOutcome {
  static constexpr const char* kName = "Deployment.ReportOutcome";
  EntityId phone;
  bool succeeded = false;
  std::string message;
};
struct Cancel {
  static constexpr const char* kName = "Deployment.Cancel";
  std::string reason;
};
using Command = std::variant<Plan, ReportOutcome, Cancel>;

struct Job {
  EntityId organization;
  std::string package;
  std::string package_version;
  bool uninstall = false;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("organization", organization), cereal::make_nvp("package", package),
            cereal::make_nvp("package_version", package_version),
            cereal::make_nvp("uninstall", uninstall));
  }
};

struct Outcome {
  bool succeeded = false;
  std::string message;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("succeeded", succeeded), cereal::make_nvp("message", message));
  }
};

struct Absent {
  static constexpr const char* kPhase = "absent";
  template <class Archive>
  void serialize(Archive&) {}
};
struct Active {
  static constexpr const char* kPhase = "active";
  Job job;
  std::set<EntityId> pending;  // empty only between the last outcome and Finished
  std::map<EntityId, Outcome> outcomes;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("job", job), cereal::make_nvp("pending", pending),
            cereal::make_nvp("outcomes", outcomes));
  }
};
struct Finished {
  static constexpr const char* kPhase = "finished";
  Job job;
  std::map<EntityId, Outcome> outcomes;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("job", job), cereal::make_nvp("outcomes", outcomes));
  }
};
struct Cancelled {
  static constexpr const char* kPhase = "cancelled";
  Job job;
  std::map<EntityId, Outcome> outcomes;
  std::string reason;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("job", job), cereal::make_nvp("outcomes", outcomes),
            cereal::make_nvp("reason", reason));
  }
};
using State = std::variant<Absent, Active, Finished, Cancelled>;

Decision<Event> decide(const State& state, const Command& command);
State evolve(State state, const Event& event);

}  // namespace rookery::deployment
