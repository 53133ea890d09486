#include "schemas/event_codec.h"

#include "schemas/deployment_events.h"
#include "schemas/link_events.h"
#include "schemas/organization_events.h"
#include "schemas/phone_events.h"
#include "schemas/runtime_events.h"
#include "schemas/session_events.h"
#include "schemas/user_events.h"

namespace rookery {
namespace {

template <class Variant>
bool describe_as(std::uint32_t type, std::uint16_t schema, const std::string& payload,
                 Result<EventText>& out) {
  if (!EventDecoder<Variant>::knows(type)) return false;
  auto event = EventDecoder<Variant>::decode(type, schema, payload);
  if (!event) {
    out = event.error();
    return true;
  }
  out = std::visit(
      [](const auto& alternative) {
        return EventText{std::decay_t<decltype(alternative)>::kName, to_json_text(alternative)};
      },
      *event);
  return true;
}

}  // namespace

Result<EventText> describe_event(std::uint32_t type, std::uint16_t schema,
                                 const std::string& payload) {
  Result<EventText> out = Error{"unknown event type " + std::to_string(type) +
                                ": this build is older than the log, use a newer one"};
  describe_as<phone::Event>(type, schema, payload, out) ||
      describe_as<session::Event>(type, schema, payload, out) ||
      describe_as<user::Event>(type, schema, payload, out) ||
      describe_as<organization::Event>(type, schema, payload, out) ||
      describe_as<link::Event>(type, schema, payload, out) ||
      describe_as<deployment::Event>(type, schema, payload, out) ||
      describe_as<runtime_event::Event>(type, schema, payload, out);
  return out;
}

}  // namespace rookery
