#include "tools/rookery/view/window_keys.h"

#include <SDL2/SDL_keycode.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include <utility>

namespace rookery::tool {
namespace {

constexpr std::pair<SDL_Keycode, std::uint32_t> kKeys[] = {
    {SDLK_RETURN, XKB_KEY_Return},
    {SDLK_KP_ENTER, XKB_KEY_KP_Enter},
    {SDLK_ESCAPE, XKB_KEY_Escape},
    {SDLK_BACKSPACE, XKB_KEY_BackSpace},
    {SDLK_TAB, XKB_KEY_Tab},
    {SDLK_DELETE, XKB_KEY_Delete},
    {SDLK_INSERT, XKB_KEY_Insert},
    {SDLK_HOME, XKB_KEY_Home},
    {SDLK_END, XKB_KEY_End},
    {SDLK_PAGEUP, XKB_KEY_Prior},
    {SDLK_PAGEDOWN, XKB_KEY_Next},
    {SDLK_LEFT, XKB_KEY_Left},
    {SDLK_RIGHT, XKB_KEY_Right},
    {SDLK_UP, XKB_KEY_Up},
    {SDLK_DOWN, XKB_KEY_Down},
    {SDLK_MENU, XKB_KEY_Menu},
    {SDLK_APPLICATION, XKB_KEY_Menu},
    {SDLK_PRINTSCREEN, XKB_KEY_Print},
    {SDLK_PAUSE, XKB_KEY_Pause},
    {SDLK_LCTRL, XKB_KEY_Control_L},
    {SDLK_RCTRL, XKB_KEY_Control_R},
    {SDLK_LALT, XKB_KEY_Alt_L},
    {SDLK_LGUI, XKB_KEY_Super_L},
    {SDLK_RGUI, XKB_KEY_Super_R},
    {SDLK_AC_BACK, XKB_KEY_XF86Back},
    {SDLK_VOLUMEUP, XKB_KEY_XF86AudioRaiseVolume},
    {SDLK_VOLUMEDOWN, XKB_KEY_XF86AudioLowerVolume},
};

}  // namespace

std::uint32_t keysym_of(SDL_Keycode key) {
  for (const auto& [code, keysym] : kKeys) {
    if (code == key) return keysym;
  }
  if (key >= SDLK_F1 && key <= SDLK_F12) {
    return XKB_KEY_F1 + static_cast<std::uint32_t>(key - SDLK_F1);
  }
  // Both count printable Latin-1 keys by their character.
  const bool printable = (key >= 0x20 && key <= 0x7e) || (key >= 0xa0 && key <= 0xff);
  return printable ? static_cast<std::uint32_t>(key) : 0;
}

bool types_text(SDL_Keycode key) {
  return key >= 0x20 && key != SDLK_DELETE && (key & SDLK_SCANCODE_MASK) == 0;
}

}  // namespace rookery::tool
