// Starting and stopping a phone, as the command line and the shell both do it.
#pragma once

#include <chrono>

#include "schemas/ids.h"
#include "tools/rookery/api.h"

namespace rookery::tool {

enum class PhoneSwitch { kStart, kStop };

inline constexpr std::chrono::seconds kSwitchTimeout{180};

// Without `wait`: the answer to the request. With it: the phone once it runs or has stopped;
// an Error when it went another way or `timeout` passed.
Result<Json> switch_phone(Api& api, const EntityId& phone, PhoneSwitch to, bool wait,
                          std::chrono::seconds timeout);

}  // namespace rookery::tool
