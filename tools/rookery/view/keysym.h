// Keys by name, as X11 keysyms (X.Org keysymdef.h).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "schemas/result.h"

namespace rookery::tool {

// "Return", "a", "ctrl+shift+t": in the order of pressing. Names as in keysymdef.h without XK_, in
// any case, and the usual short ones (enter, esc, ctrl, …).
Result<std::vector<std::uint32_t>> parse_key_combination(std::string_view text);

}  // namespace rookery::tool
