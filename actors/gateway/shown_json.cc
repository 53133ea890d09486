#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "schemas/event_codec.h"

namespace rookery {
namespace {

void cover_secrets(Json& value) {
  if (value.is_array()) {
    for (Json& element : value) cover_secrets(element);
  } else if (value.is_object()) {
    for (auto& [name, element] : value.items()) {
      if (name == "password_hash") {
        element = "(set)";
      } else {
        cover_secrets(element);
      }
    }
  }
}

}  // namespace

Json covered_json(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return Json::object();
  cover_secrets(value);
  return value;
}

Json event_json(const Envelope& envelope) {
  Json out = {{"position", envelope.position},
              {"version", envelope.version},
              {"epoch", envelope.epoch},
              {"stream", to_text(envelope.stream)},
              {"schema", envelope.schema},
              {"time_us", envelope.provenance.wall_time_us},
              {"principal", to_text(envelope.provenance.principal)},
              {"command_id", to_text(envelope.provenance.command_id)},
              {"causation_id", to_text(envelope.provenance.causation_id)},
              {"correlation_id", to_text(envelope.provenance.correlation_id)}};
  const auto text = describe_event(envelope.type, envelope.schema, envelope.payload);
  out["type"] = text ? text->name : "unknown";
  out["data"] = text ? covered_json(text->json) : Json{{"error", text.error().message}};
  return out;
}

std::optional<EntityId> path_actor(const std::string& kind, const std::string& part) {
  const auto known = parse_kind(kind);
  return known ? path_id(*known, part) : std::nullopt;
}

Json state_json(const ActorView& view) {
  return {{"id", to_text(view.id)},
          {"phase", view.phase},
          {"state", covered_json(view.state_json)},
          {"state_hash", view.state_hash},
          {"version", view.version}};
}

}  // namespace rookery
