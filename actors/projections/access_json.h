// Answers to "who could" as people and programs see them: one form for the API and for audits.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "actors/projections/access_at.h"

namespace rookery {

// {"who","login","can","through","detail","position","version","stream","time_us","type","principal"}
nlohmann::json access_json(const AccessPath& path);
// {"actor","version","time_us"}
nlohmann::json access_json(const EntityId& actor, const AccessAt& at);

}  // namespace rookery
