#include "actors/gateway/try_limit.h"

#include <boost/test/unit_test.hpp>

using rookery::TryLimit;

BOOST_AUTO_TEST_SUITE(try_limit)

BOOST_AUTO_TEST_CASE(gives_so_many_in_a_span_to_each) {
  TryLimit limit(2, 100);
  BOOST_TEST(limit.take("a", 0));
  BOOST_TEST(limit.take("a", 50));
  BOOST_TEST(!limit.take("a", 99));
  BOOST_TEST(limit.take("b", 99));
  BOOST_TEST(limit.take("a", 100));
  limit.give_back("a");
  BOOST_TEST(limit.take("a", 101));
  BOOST_TEST(limit.take("a", 101));
  BOOST_TEST(!limit.take("a", 101));
  limit.give_back("nobody");
}

BOOST_AUTO_TEST_CASE(forgets_the_oldest_when_too_many_ask) {
  TryLimit limit(1, 1'000'000);
  for (std::size_t i = 0; i < TryLimit::kNamesMax; ++i) {
    BOOST_TEST_REQUIRE(limit.take(std::to_string(i), static_cast<std::int64_t>(i)));
  }
  BOOST_TEST(limit.take("one more", 20'000));
  BOOST_TEST(!limit.take("1", 20'000));
  BOOST_TEST(limit.take("0", 20'000), "the oldest made room");
}

BOOST_AUTO_TEST_CASE(counts_households_not_addresses) {
  using rookery::neighbourhood;
  BOOST_TEST((neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:2")));
  BOOST_TEST((neighbourhood("2001:db8::1") != neighbourhood("2001:db8:0:1::1")));
  BOOST_TEST(neighbourhood("203.0.113.9") == "203.0.113.9");
  BOOST_TEST(neighbourhood("::ffff:203.0.113.9") == "203.0.113.9", "not all of IPv4 is one");
}

BOOST_AUTO_TEST_SUITE_END()
