#include "tools/rookery/view/window_input.h"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <vector>

using namespace rookery;
using namespace rookery::tool;

namespace {

// A 720 x 1280 phone in a high-dpi window of 720 x 640 points: the picture is 720 device pixels
// wide, in the middle of 1440.
struct Fixture {
  std::vector<InputEvent> inputs;
  InputSender send = [this](const InputEvent& event) { inputs.push_back(event); };
  WindowInput input{send};

  Fixture() { input.place({720, 1280}, {1440, 1280}, {720, 640}); }
  void button(std::uint32_t type, int x, int y, std::uint8_t which = SDL_BUTTON_LEFT) {
    SDL_Event event{};
    event.type = type;
    event.button.button = which;
    event.button.x = x;
    event.button.y = y;
    input.handle(event);
  }
  void motion(int x, int y) {
    SDL_Event event{};
    event.type = SDL_MOUSEMOTION;
    event.motion.x = x;
    event.motion.y = y;
    input.handle(event);
  }
  void finger(std::uint32_t type, SDL_FingerID id, float x, float y) {
    SDL_Event event{};
    event.type = type;
    event.tfinger.fingerId = id;
    event.tfinger.x = x;
    event.tfinger.y = y;
    input.handle(event);
  }
  void key(std::uint32_t type, SDL_Keycode code, std::uint16_t modifiers = 0) {
    SDL_Event event{};
    event.type = type;
    event.key.keysym.sym = code;
    event.key.keysym.mod = modifiers;
    input.handle(event);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_mouse_press_and_drag_is_the_mouse, Fixture) {
  button(SDL_MOUSEBUTTONDOWN, 180, 0);
  motion(539, 639);
  button(SDL_MOUSEBUTTONUP, 700, 639);
  const std::vector<InputEvent> expected = {Touch{kMouse, TouchPhase::kDown, {1, 1}},
                                            Touch{kMouse, TouchPhase::kMove, {719, 1279}},
                                            Touch{kMouse, TouchPhase::kUp, {719, 1279}}};
  BOOST_TEST((inputs == expected));
}

BOOST_FIXTURE_TEST_CASE(nothing_is_touched_beside_the_picture_or_without_a_press, Fixture) {
  button(SDL_MOUSEBUTTONDOWN, 100, 100);
  button(SDL_MOUSEBUTTONUP, 300, 100);
  button(SDL_MOUSEBUTTONDOWN, 300, 100, SDL_BUTTON_RIGHT);
  motion(300, 300);
  BOOST_TEST(inputs.empty());
}

BOOST_FIXTURE_TEST_CASE(fingers_keep_their_numbers_and_free_ones_are_used_again, Fixture) {
  finger(SDL_FINGERDOWN, 700, 0.5F, 0.5F);
  finger(SDL_FINGERDOWN, 800, 0.5F, 0.25F);
  finger(SDL_FINGERUP, 700, 0.5F, 0.5F);
  finger(SDL_FINGERDOWN, 900, 0.5F, 0.75F);
  BOOST_REQUIRE(inputs.size() == 4u);
  BOOST_TEST((inputs[0] == InputEvent(Touch{0, TouchPhase::kDown, {360, 640}})));
  BOOST_TEST((inputs[1] == InputEvent(Touch{1, TouchPhase::kDown, {360, 320}})));
  BOOST_TEST((inputs[2] == InputEvent(Touch{0, TouchPhase::kUp, {360, 640}})));
  BOOST_TEST((inputs[3] == InputEvent(Touch{0, TouchPhase::kDown, {360, 960}})));
}

BOOST_FIXTURE_TEST_CASE(no_more_fingers_than_the_phone_knows, Fixture) {
  for (SDL_FingerID id = 0; id < 15; ++id) finger(SDL_FINGERDOWN, id, 0.5F, 0.5F);
  BOOST_TEST(inputs.size() == kFingersMax);
}

BOOST_FIXTURE_TEST_CASE(letters_come_as_text_and_combinations_as_keys, Fixture) {
  key(SDL_KEYDOWN, SDLK_a);
  SDL_Event text{};
  text.type = SDL_TEXTINPUT;
  std::strcpy(text.text.text, "ä");
  input.handle(text);
  key(SDL_KEYUP, SDLK_a);
  key(SDL_KEYDOWN, SDLK_c, KMOD_LCTRL);
  key(SDL_KEYUP, SDLK_c);
  key(SDL_KEYDOWN, SDLK_LEFT, KMOD_LSHIFT);
  const std::vector<InputEvent> expected = {Text{"ä"},         Key{'c', true},
                                            Key{'c', false},   Key{0xffe1, true},
                                            Key{0xff51, true}, Key{0xffe1, false}};
  BOOST_TEST((inputs == expected));
}

BOOST_FIXTURE_TEST_CASE(nothing_stays_pressed_when_the_window_loses_the_keyboard, Fixture) {
  key(SDL_KEYDOWN, SDLK_RETURN);
  button(SDL_MOUSEBUTTONDOWN, 360, 320);
  SDL_Event lost{};
  lost.type = SDL_WINDOWEVENT;
  lost.window.event = SDL_WINDOWEVENT_FOCUS_LOST;
  input.handle(lost);
  input.handle(lost);
  BOOST_REQUIRE(inputs.size() == 4u);
  BOOST_TEST((inputs[2] == InputEvent(Touch{kMouse, TouchPhase::kCancel, {361, 641}})));
  BOOST_TEST((inputs[3] == InputEvent(Key{0xff0d, false})));
}
