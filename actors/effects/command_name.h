// Command ids of what the server does by itself: made of what it is about, so that doing it again
// (after a crash, on a repeated report) has no second effect.
#pragma once

#include <string_view>

#include "actors/random.h"

namespace rookery {

inline Id128 effect_command_id(std::string_view what, const EntityId& entity,
                               std::string_view content) {
  std::string name(what);
  name.append("\n").append(to_text(entity)).append("\n").append(content);
  return named_command_id(EntityId{}, name);
}

}  // namespace rookery
