#include "schemas/shown_json.h"

#include <nlohmann/json.hpp>

#include "schemas/event_codec.h"

namespace rookery {
namespace {

using Json = nlohmann::json;

// cereal writes an optional as {"nullopt":true} or {"nullopt":false,"data":…}.
bool is_optional(const Json& value) {
  const auto empty = value.find("nullopt");
  return empty != value.end() && empty->is_boolean() &&
         (*empty == true ? value.size() == 1 : value.size() == 2 && value.contains("data"));
}

void make_presentable(Json& value) {
  if (!value.is_structured()) return;
  if (value.is_object() && is_optional(value)) {
    Json inner = value["nullopt"] == true ? Json() : std::move(value["data"]);
    value = std::move(inner);
    make_presentable(value);
    return;
  }
  for (auto& [name, field] : value.items()) {
    if (value.is_object() && name == "password_hash") {
      field = "(set)";
    } else {
      make_presentable(field);
    }
  }
}

}  // namespace

Json shown_fields(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return Json::object();
  make_presentable(value);
  return value;
}

Json shown_event(const Envelope& envelope) {
  const Provenance& by = envelope.provenance;
  Json out = {{"position", envelope.position},
              {"version", envelope.version},
              {"epoch", envelope.epoch},
              {"stream", to_text(envelope.stream)},
              {"schema", envelope.schema},
              {"time_us", by.wall_time_us},
              {"principal", to_text(by.principal)},
              {"command_id", to_text(by.command_id)},
              {"causation_id", to_text(by.causation_id)},
              {"correlation_id", to_text(by.correlation_id)}};
  const auto text = describe_event(envelope.type, envelope.schema, envelope.payload);
  out["type"] = text ? text->name : "unknown";
  out["data"] = text ? shown_fields(text->json) : Json{{"error", text.error().message}};
  return out;
}

bool holds_secret(const Envelope& envelope) {
  const auto text = describe_event(envelope.type, envelope.schema, envelope.payload);
  return !text || text->json.find("\"password_hash\"") != std::string::npos;
}

}  // namespace rookery
