#include "actors/domain/text_rules.h"

#include <boost/test/unit_test.hpp>

using namespace rookery;

BOOST_AUTO_TEST_SUITE(text_rules)

BOOST_AUTO_TEST_CASE(a_name_is_plain_text_of_any_language) {
  for (const char* name : {"a", "Zürich", "手机", "📱", "two words", "-"}) {
    BOOST_TEST(is_name(name), name);
  }
  BOOST_TEST(is_name(std::string(128, 'n')));
  BOOST_TEST(!is_name(std::string(129, 'n')));
  BOOST_TEST(!is_name(""));
}

// Ill-formed sequences of Unicode 15, table 3-7, and control characters.
BOOST_AUTO_TEST_CASE(broken_utf8_and_control_characters_are_not_text) {
  for (const std::string& text :
       {std::string("\xff"), std::string("\x80"), std::string("\xc0\x80"), std::string("\xc1\xbf"),
        std::string("\xe0\x9f\xbf"), std::string("\xed\xa0\x80"), std::string("\xf0\x8f\xbf\xbf"),
        std::string("\xf4\x90\x80\x80"), std::string("\xf5\x80\x80\x80"), std::string("\xe2\x82"),
        std::string("\xe2\x28\xa1"), std::string("\0", 1), std::string("\n"), std::string("\x7f"),
        std::string("\xc2\x9f")}) {
    BOOST_TEST(!is_reason(text));
  }
}

BOOST_AUTO_TEST_CASE(a_reason_may_be_empty_and_longer_than_a_name) {
  BOOST_TEST(is_reason(""));
  BOOST_TEST(is_reason(std::string(512, 'r')));
  BOOST_TEST(!is_reason(std::string(513, 'r')));
}

BOOST_AUTO_TEST_CASE(a_machine_text_is_cut_between_characters) {
  BOOST_TEST(to_reason("fine") == "fine");
  BOOST_TEST(to_reason("a\tb") == "a?b");
  BOOST_TEST(to_reason("a\xff") == "a?");
  std::string long_text(511, 'x');
  long_text.append("é");
  const std::string cut = to_reason(long_text);
  BOOST_TEST(cut.size() == 511u);
  BOOST_TEST(is_reason(cut));
}

BOOST_AUTO_TEST_SUITE_END()
