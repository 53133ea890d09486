#include "tools/rookery/server_address.h"

#include <boost/test/unit_test.hpp>

using namespace rookery::tool;

BOOST_AUTO_TEST_CASE(an_address_survives_its_text) {
  for (const char* text : {"http://127.0.0.1:8080", "http://localhost:80", "http://[::1]:65535"}) {
    BOOST_TEST(parse_server_address(text).value().text() == text);
  }
  BOOST_TEST(parse_server_address("http://a.b/").value().text() == "http://a.b:80");
  BOOST_TEST(parse_server_address("https://a.b/").value().text() == "https://a.b:443");
  BOOST_TEST(parse_server_address("https://a.b/").value().secure);
  BOOST_TEST(!parse_server_address("http://a.b/").value().secure);
  BOOST_TEST(parse_server_address("http://[::1]").value().host == "::1");
}

BOOST_AUTO_TEST_CASE(other_texts_are_no_addresses) {
  for (const char* text :
       {"", "http://", "127.0.0.1:8080", "wss://a:1", "http://a:", "http://a:x", "http://a:65536",
        "http://a:80/v1", "http://[::1", "http://[::1]x", "http://u@a:1", "http://a b:1"}) {
    BOOST_TEST(!parse_server_address(text).ok(), text);
  }
}

BOOST_AUTO_TEST_CASE(queries_leave_out_what_is_empty) {
  BOOST_TEST(query_text({{"a", ""}, {"b", "phone/1"}, {"c", "é &"}}) ==
             "?b=phone%2F1&c=%C3%A9%20%26");
  BOOST_TEST(query_text({{"a", ""}}) == "");
}
