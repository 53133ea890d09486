#include "tools/rookery/words.h"

#include <boost/test/unit_test.hpp>

using rookery::tool::split_commands;
using rookery::tool::split_words;
using Words = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(blanks_separate_words_and_quotes_keep_them) {
  BOOST_TEST((split_words("  a  \"b c\"d \"\" ").value() == Words{"a", "b cd", ""}));
  BOOST_TEST((split_words("\"x;y\" a#b # c").value() == Words{"x;y", "a#b"}));
  BOOST_TEST(split_words("# all").value().empty());
}

BOOST_AUTO_TEST_CASE(semicolons_separate_commands) {
  const auto commands = split_commands("show a; list \"b;c\" ;; quit # ; x").value();
  BOOST_REQUIRE(commands.size() == 3u);
  BOOST_TEST((commands[0] == Words{"show", "a"}));
  BOOST_TEST((commands[1] == Words{"list", "b;c"}));
  BOOST_TEST((commands[2] == Words{"quit"}));
}

BOOST_AUTO_TEST_CASE(an_open_quote_is_an_error) {
  BOOST_TEST(!split_words("a \"b").ok());
  BOOST_TEST(!split_words("a \"b\\").ok());
  BOOST_TEST(!split_words("\"\\x\"").ok());
}
