#include "guest-agent/agent/keyboard.h"

#include <boost/test/unit_test.hpp>

namespace rookery::guest {
namespace {

BOOST_AUTO_TEST_SUITE(guest_keyboard)

BOOST_AUTO_TEST_CASE(reads_characters_of_every_length) {
  const std::vector<char32_t> expected{U'a', U'é', U'€', U'漢', U'😀'};
  BOOST_TEST(characters_of("aé€漢😀") == expected);
}

BOOST_AUTO_TEST_CASE(leaves_out_what_is_not_utf_8) {
  const std::vector<char32_t> ab{U'a', U'b'};
  for (const char* middle : {"\x80", "\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                             "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82"}) {
    BOOST_TEST(characters_of(std::string("a") + middle + "b") == ab);
  }
  BOOST_TEST(characters_of("a\xe2\x82") == std::vector<char32_t>{U'a'});
}

BOOST_AUTO_TEST_CASE(knows_the_symbol_of_a_character) {
  BOOST_TEST(keysym_of(U'a') == 0x61U);
  BOOST_TEST(keysym_of(U'é') == 0xe9U);
  BOOST_TEST(keysym_of(U'€') == 0x010020acU);
  BOOST_TEST(keysym_of(U'\n') == 0xff0dU);
  BOOST_TEST(keysym_of(U'\t') == 0xff09U);
  BOOST_TEST(keysym_of(U'\x01') == 0U);
  BOOST_TEST(keysym_of(U'\x7f') == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
