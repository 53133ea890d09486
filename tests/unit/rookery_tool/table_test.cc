#include "tools/rookery/table.h"

#include <boost/test/unit_test.hpp>

#include "tools/rookery/print.h"

using namespace rookery::tool;

BOOST_AUTO_TEST_CASE(hostile_texts_cannot_play_with_the_terminal) {
  BOOST_TEST(escape_text("\x1b[2Jx\n\r\t\x7f") == "\\x1b[2Jx\\n\\r\\t\\x7f");
  BOOST_TEST(escape_text("\xc2\x9b"
                         "31m") == "\\u009b31m");
  BOOST_TEST(escape_text("a\xe2\x80\xae"
                         "b") == "a\\u202eb");
  BOOST_TEST(escape_text("\xf3\xa0\x81\x81") == "\\U000e0041");
}

BOOST_AUTO_TEST_CASE(broken_utf8_becomes_visible) {
  BOOST_TEST(escape_text("\xff"
                         "a\x80") == "\\xffa\\x80");
  BOOST_TEST(escape_text("\xc0\xaf") == "\\xc0\\xaf");
  BOOST_TEST(escape_text("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  BOOST_TEST(escape_text("\xe2\x82") == "\\xe2\\x82");
}

BOOST_AUTO_TEST_CASE(letters_of_all_languages_stay) {
  for (const char* text : {"Zoë", "電話", "телефон", "📱"}) BOOST_TEST(escape_text(text) == text);
}

BOOST_AUTO_TEST_CASE(columns_are_aligned) {
  Table table({"ID", "NAME", "PHASE"});
  table.add({"phone/1", "電話", "running"});
  table.add({"phone/22", "é\n", ""});
  BOOST_TEST(table.text() ==
             "ID        NAME  PHASE\n"
             "phone/1   電話  running\n"
             "phone/22  é\\n   -\n");
}

BOOST_AUTO_TEST_CASE(an_event_is_one_safe_line) {
  const Json event{{"position", 7},
                   {"version", 2},
                   {"time_us", 1'795'183'380'000'000},
                   {"stream", "phone/x\n"},
                   {"type", "Phone.Created\x1b"},
                   {"principal", "system"},
                   {"data", {{"name", "\x1b]0;owned\x07 電\xe2\x80\xae"}}}};
  const std::string line = event_line(event);
  BOOST_TEST(line.find("2026-11-20T14:03:00.000Z") != std::string::npos, line);
  BOOST_TEST(line.find("\\u202e") != std::string::npos, line);
  for (const char c : line) BOOST_TEST((c >= 0x20 && c < 0x7f), line);
}
