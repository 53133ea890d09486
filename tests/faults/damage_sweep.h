// A store whose files somebody cut, took away, changed or mixed with others': what does it say?
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "schemas/result.h"

namespace rookery::testing {

struct DamageTally {
  std::uint64_t damages = 0;
  std::uint64_t refused = 0;     // at opening, with the damaged file's name
  std::uint64_t unreadable = 0;  // opened, but a read said what is broken
  std::uint64_t harmless = 0;    // every event is there
  std::uint64_t cut_noticed =
      0;  // opened with fewer events than were signed for, and that was said
  std::uint64_t cut_unsigned = 0;  // opened without the last events, which nobody had signed for
  std::map<std::string, std::string> messages;  // an example for each kind of file and damage
};

// Each file of a closed store is cut and has a bit flipped at `points` places, from its first to
// its last byte, is emptied, taken away, and replaced by an older one; foreign files are added.
// Error: the first case in which the store told a lie, or refused without naming the file.
Status sweep_damage(std::uint64_t points, DamageTally& tally);

}  // namespace rookery::testing
