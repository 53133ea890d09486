// SDL's keys as X11 keysyms.
#pragma once

#include <SDL2/SDL_keyboard.h>

#include <cstdint>

namespace rookery::tool {

// The key's own keysym, without Shift; 0 for a key that guests do not know.
std::uint32_t keysym_of(SDL_Keycode key);
// Keys that make text by themselves: SDL reports what they typed as text.
bool types_text(SDL_Keycode key);

}  // namespace rookery::tool
