#include "schemas/event_codec.h"

#include <algorithm>

#include "schemas/access_events.h"
#include "schemas/deployment_events.h"
#include "schemas/link_events.h"
#include "schemas/organization_events.h"
#include "schemas/phone_events.h"
#include "schemas/runtime_events.h"
#include "schemas/session_events.h"
#include "schemas/user_events.h"

namespace rookery {

Error codec_detail::unreadable_event(const char* name, const char* why) {
  return Error{std::string(name) + ": " + why};
}

Error codec_detail::unknown_event(std::uint32_t type, std::uint16_t schema) {
  return Error{"unknown event type " + std::to_string(type) + " schema " + std::to_string(schema) +
               ": this build is older than the log, use a newer one"};
}

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

bool name_matches(std::string_view name, std::string_view name_or_beginning) {
  return name_or_beginning.ends_with('.') ? name.starts_with(name_or_beginning)
                                          : name == name_or_beginning;
}

// Takes the first of a list with commas.
std::string_view take_one(std::string_view& list) {
  const auto comma = list.find(',');
  const auto one = list.substr(0, comma);
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return one;
}

}  // namespace

const std::map<std::uint32_t, std::string_view>& event_type_names() {
  static const auto all = [] {
    std::map<std::uint32_t, std::string_view> names;
    EventDecoder<phone::Event>::add_names(names);
    EventDecoder<session::Event>::add_names(names);
    EventDecoder<user::Event>::add_names(names);
    EventDecoder<organization::Event>::add_names(names);
    EventDecoder<link::Event>::add_names(names);
    EventDecoder<deployment::Event>::add_names(names);
    EventDecoder<access::Event>::add_names(names);
    EventDecoder<runtime_event::Event>::add_names(names);
    return names;
  }();
  return all;
}

bool names_event_types(std::string_view list) {
  const auto& names = event_type_names();
  do {
    const auto one = take_one(list);
    if (std::none_of(names.begin(), names.end(),
                     [&](const auto& known) { return name_matches(known.second, one); })) {
      return false;
    }
  } while (!list.empty());
  return true;
}

bool event_type_matches(std::uint32_t type, std::string_view list) {
  const auto found = event_type_names().find(type);
  while (found != event_type_names().end() && !list.empty()) {
    if (name_matches(found->second, take_one(list))) return true;
  }
  return false;
}

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
      describe_as<access::Event>(type, schema, payload, out) ||
      describe_as<runtime_event::Event>(type, schema, payload, out);
  return out;
}

}  // namespace rookery
