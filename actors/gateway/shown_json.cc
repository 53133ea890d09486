#include "schemas/shown_json.h"

#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"

namespace rookery {

std::optional<EntityId> path_actor(const std::string& kind, const std::string& part) {
  const auto known = parse_kind(kind);
  return known ? path_id(*known, part) : std::nullopt;
}

Json state_json(const ActorView& view) {
  return {{"id", to_text(view.id)},
          {"phase", view.phase},
          {"state", shown_fields(view.state_json)},
          {"state_hash", view.state_hash},
          {"version", view.version}};
}

}  // namespace rookery
