#include "tools/rookery/view/script_runner.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <vector>

using namespace rookery;
using namespace rookery::tool;

namespace {

constexpr int kWidth = 32;
constexpr int kHeight = 48;

// A screen of one grey that answers each input as the test wants.
struct Phone {
  Screen screen{true};
  std::vector<InputEvent> inputs;
  std::function<void(const InputEvent&)> answer = [](const InputEvent&) {};

  Phone() {
    paint(50);
    screen.set_live(true);
  }
  void paint(std::uint8_t grey) {
    const std::vector<std::uint8_t> luma(kWidth * kHeight, grey);
    const std::vector<std::uint8_t> chroma(kWidth * kHeight / 4, 128);
    media::DecodedFrame frame;
    frame.width_px = kWidth;
    frame.height_px = kHeight;
    frame.planes[0] = luma.data();
    frame.planes[1] = frame.planes[2] = chroma.data();
    frame.strides_bytes[0] = kWidth;
    frame.strides_bytes[1] = frame.strides_bytes[2] = kWidth / 2;
    screen.show(frame);
  }
  Status run(std::string_view text) {
    const auto lines = script::parse_script(text);
    BOOST_TEST_REQUIRE(lines.ok(), (lines.ok() ? "" : lines.error().message));
    return run_script(*lines, screen, [this](const InputEvent& event) {
      inputs.push_back(event);
      answer(event);
    });
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_tap_goes_down_and_up_at_one_point) {
  Phone phone;
  BOOST_REQUIRE(phone.run("tap 3 4").ok());
  const std::vector<InputEvent> expected = {Touch{0, TouchPhase::kDown, {3, 4}},
                                            Touch{0, TouchPhase::kUp, {3, 4}}};
  BOOST_TEST((phone.inputs == expected));
}

BOOST_AUTO_TEST_CASE(a_swipe_moves_from_its_beginning_to_its_end) {
  Phone phone;
  BOOST_REQUIRE(phone.run("swipe 0 40 30 10 64").ok());
  BOOST_REQUIRE(phone.inputs.size() == 6u);
  BOOST_TEST((phone.inputs.front() == InputEvent(Touch{0, TouchPhase::kDown, {0, 40}})));
  BOOST_TEST((phone.inputs[2] == InputEvent(Touch{0, TouchPhase::kMove, {15, 25}})));
  BOOST_TEST((phone.inputs[4] == InputEvent(Touch{0, TouchPhase::kMove, {30, 10}})));
  BOOST_TEST((phone.inputs.back() == InputEvent(Touch{0, TouchPhase::kUp, {30, 10}})));
}

BOOST_AUTO_TEST_CASE(keys_are_released_in_the_other_order) {
  Phone phone;
  BOOST_REQUIRE(phone.run("key ctrl+c").ok());
  const std::vector<InputEvent> expected = {Key{0xffe3, true}, Key{'c', true}, Key{'c', false},
                                            Key{0xffe3, false}};
  BOOST_TEST((phone.inputs == expected));
}

BOOST_AUTO_TEST_CASE(long_text_is_cut_between_characters) {
  Phone phone;
  std::string text(kTextBytesMax - 1, 'a');
  text += "é!";
  BOOST_REQUIRE(phone.run("text \"" + text + "\"").ok());
  BOOST_REQUIRE(phone.inputs.size() == 2u);
  BOOST_TEST(std::get<Text>(phone.inputs[0]).utf8.size() == kTextBytesMax - 1);
  BOOST_TEST((std::get<Text>(phone.inputs[1]) == Text{"é!", true, true}), "one paste");
}

BOOST_AUTO_TEST_CASE(a_change_that_came_before_the_wait_counts) {
  Phone phone;
  phone.answer = [&](const InputEvent& event) {
    if (std::get<Touch>(event).phase == TouchPhase::kDown) phone.paint(200);
  };
  const auto status = phone.run("tap 1 1\nwait-change 10000\nwait-still 30 10000");
  BOOST_TEST(status.ok(), (status.ok() ? "" : status.error().message));
}

BOOST_AUTO_TEST_CASE(repair_noise_is_no_change) {
  Phone phone;
  phone.answer = [&](const InputEvent&) { phone.paint(54); };
  const auto status = phone.run("wait 1\ntap 1 1\nwait-change 50");
  BOOST_REQUIRE(!status.ok());
  BOOST_TEST(status.error().message.rfind("line 3: ", 0) == 0u, status.error().message);
}

BOOST_AUTO_TEST_CASE(slow_drift_is_a_change_in_the_end) {
  Phone phone;
  std::uint8_t grey = 50;
  phone.answer = [&](const InputEvent&) { phone.paint(grey += 8); };
  BOOST_TEST(phone.run("swipe 1 1 9 9 64\nwait-change 50").ok());
}

BOOST_AUTO_TEST_CASE(a_point_outside_the_screen_is_refused) {
  Phone phone;
  const auto status = phone.run("tap 31 47\ntap 32 0");
  BOOST_REQUIRE(!status.ok());
  BOOST_TEST(status.error().message == "line 2: the point 32 0 lies outside the screen of 32 x 48");
  BOOST_TEST(phone.inputs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_broken_stream_is_never_still) {
  Phone phone;
  phone.screen.set_live(false);
  BOOST_TEST(!phone.run("wait-still 1 60").ok());
  phone.screen.set_live(true);
  BOOST_TEST(phone.run("wait-still 1 10000").ok());
}

BOOST_AUTO_TEST_CASE(a_script_stops_when_its_screen_does) {
  Phone phone;
  phone.answer = [&](const InputEvent&) { phone.screen.stop(); };
  const auto status = phone.run("tap 1 1\nwait 1000000\ntap 2 2");
  BOOST_REQUIRE(!status.ok());
  BOOST_TEST(status.error().message.rfind("line 2: ", 0) == 0u, status.error().message);
}
