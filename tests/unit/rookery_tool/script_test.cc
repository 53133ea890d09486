#include "tools/rookery/view/script.h"

#include <boost/test/unit_test.hpp>

#include "tools/rookery/view/keysym.h"

using namespace rookery;
using namespace rookery::tool;
using namespace rookery::tool::script;

namespace {

template <class T>
T only(std::string_view text) {
  const auto lines = parse_script(text);
  BOOST_TEST_REQUIRE(lines.ok(), (lines.ok() ? "" : lines.error().message));
  BOOST_REQUIRE(lines->size() == 1);
  BOOST_REQUIRE(std::holds_alternative<T>(lines->front().action));
  return std::get<T>(lines->front().action);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_form_of_a_line_is_read) {
  BOOST_TEST((only<Tap>("tap 10 20").at == Point{10, 20}));
  const auto swipe = only<Swipe>("  swipe 1 2 300 400 250\n");
  BOOST_TEST((swipe.from == Point{1, 2}));
  BOOST_TEST((swipe.to == Point{300, 400}));
  BOOST_TEST(swipe.duration_ms == 250);
  const auto scroll = only<ScrollBy>("scroll 5 6 -120 240");
  BOOST_TEST((scroll.at == Point{5, 6}));
  BOOST_TEST(scroll.dx == -120);
  BOOST_TEST(scroll.dy == 240);
  BOOST_TEST(only<TypeText>("text \"say \\\"hi\\\" # twice\\n\"").utf8 == "say \"hi\" # twice\n");
  BOOST_TEST(only<PressKey>("key Return").keysyms == std::vector<std::uint32_t>{0xff0d},
             boost::test_tools::per_element());
  BOOST_TEST(only<Wait>("wait 70").ms == 70);
  BOOST_TEST(only<WaitChange>("wait-change").ms_max == kWaitMsMax);
  BOOST_TEST(only<WaitChange>("wait-change 400").ms_max == 400);
  BOOST_TEST(only<WaitStill>("wait-still 300").ms == 300);
  BOOST_TEST(only<WaitStill>("wait-still 300 900").ms_max == 900);
  BOOST_TEST(only<SavePng>("png \"a b.png\" # the end").file == "a b.png");
}

BOOST_AUTO_TEST_CASE(keys_have_the_names_people_use) {
  const std::vector<std::uint32_t> control_c = {0xffe3, 'c'};
  BOOST_TEST(parse_key_combination("ctrl+c").value() == control_c,
             boost::test_tools::per_element());
  BOOST_TEST(parse_key_combination("enter").value().front() == 0xff0du);
  BOOST_TEST(parse_key_combination("backspace").value().front() == 0xff08u);
  BOOST_TEST(parse_key_combination("A").value().front() == std::uint32_t{'A'});
  BOOST_TEST(parse_key_combination("+").value().front() == std::uint32_t{'+'});
  BOOST_TEST(parse_key_combination("ctrl++").value().back() == std::uint32_t{'+'});
  BOOST_TEST(!parse_key_combination("nosuchkey").ok());
  BOOST_TEST(!parse_key_combination("ctrl+").ok());
}

BOOST_AUTO_TEST_CASE(comments_and_empty_lines_keep_the_count) {
  const auto lines = parse_script("# first\n\ntap 1 2\r\n   \nwait 5");
  BOOST_REQUIRE(lines.ok());
  BOOST_REQUIRE(lines->size() == 2);
  BOOST_TEST(lines->at(0).number == 3);
  BOOST_TEST(lines->at(1).number == 5);
  BOOST_TEST(parse_script("").value().empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_line_is_named) {
  for (const char* wrong : {"tap 1",
                            "tap 1 2 3",
                            "tap -1 2",
                            "tap 1 65536",
                            "tap 1.5 2",
                            "tap x 2",
                            "swipe 1 2 3 4",
                            "scroll 1 2 40000 0",
                            "text",
                            "text \"open",
                            "text \"bad \\q\"",
                            "text \"\"",
                            "text a b",
                            "key",
                            "key NoSuchKey",
                            "wait",
                            "wait -5",
                            "wait-change soon",
                            "wait-still",
                            "wait-still 900 300",
                            "png",
                            "jump 1 2",
                            "\x1b[2J"}) {
    const auto lines = parse_script(std::string("wait 1\n# two\n") + wrong + "\nwait 2");
    BOOST_TEST(!lines.ok(), wrong);
    if (lines.ok()) continue;
    BOOST_TEST(lines.error().message.rfind("line 3: ", 0) == 0u, lines.error().message);
    BOOST_TEST(lines.error().message.find('\x1b') == std::string::npos);
  }
}
