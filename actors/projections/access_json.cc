#include "actors/projections/access_json.h"

#include <nlohmann/json.hpp>

#include "schemas/event_codec.h"

namespace rookery {

nlohmann::json access_json(const AccessPath& path) {
  const auto type = event_type_names().find(path.event.type);
  return {{"who", to_text(path.who)},
          {"login", path.login.empty() ? nlohmann::json(nullptr) : nlohmann::json(path.login)},
          {"can", path.control ? "control" : "see"},
          {"through", path.through},
          {"detail", path.detail},
          {"position", path.event.position},
          {"version", path.event.version},
          {"stream", to_text(path.event.stream)},
          {"time_us", path.event.provenance.wall_time_us},
          {"type", type == event_type_names().end() ? "unknown" : std::string(type->second)},
          {"principal", to_text(path.event.provenance.principal)}};
}

nlohmann::json access_json(const EntityId& actor, const AccessAt& at) {
  return {{"actor", to_text(actor)}, {"version", at.version}, {"time_us", at.time_us}};
}

}  // namespace rookery
