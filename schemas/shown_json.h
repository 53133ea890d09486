// Events and states as people and programs outside see them: one form for the API and for audits.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "schemas/envelope.h"

namespace rookery {

// The JSON text of a state or an event's fields, fit to be shown: password hashes are covered, and
// a value that may be missing is the value or null. Text that is no JSON gives an empty object.
nlohmann::json shown_fields(const std::string& text);

// One event with its envelope. A payload that this build cannot read shows {"error": why} as data.
nlohmann::json shown_event(const Envelope& envelope);

// Does the event hold something that is covered when it is shown? Its stored bytes then stay here.
bool holds_secret(const Envelope& envelope);

}  // namespace rookery
