#include "guest-agent/agent/spare_keys.h"

#include <boost/test/unit_test.hpp>

namespace rookery::guest {
namespace {

using Symbols = std::vector<std::uint32_t>;

bool none_held(std::size_t /*key*/) { return false; }

Symbols lent(const SpareKeys& keys) {
  Symbols out;
  for (std::size_t key = 0; key < keys.count(); ++key) out.push_back(keys.symbol(key));
  return out;
}

void type(SpareKeys& keys, std::uint32_t symbol) {
  const auto key = keys.find(symbol);
  BOOST_REQUIRE(key.has_value());
  keys.use(*key);
}

BOOST_AUTO_TEST_SUITE(spare_keys)

BOOST_AUTO_TEST_CASE(lends_to_as_many_as_there_are_keys_each_once) {
  SpareKeys keys(3);
  BOOST_TEST(!keys.find(0));
  keys.lend(Symbols{7, 8, 7, 9, 10}, none_held);
  BOOST_TEST(lent(keys) == (Symbols{7, 8, 9}));
  BOOST_TEST(!keys.find(10));
}

// What was typed may still lie before a program: its key is somebody else's only one change later.
BOOST_AUTO_TEST_CASE(never_takes_a_key_used_since_the_last_change) {
  SpareKeys keys(2);
  keys.lend(Symbols{7, 8}, none_held);
  type(keys, 7);
  type(keys, 8);
  keys.lend(Symbols{9}, none_held);
  BOOST_TEST(lent(keys) == (Symbols{7, 8}));
  keys.lend(Symbols{9}, none_held);
  BOOST_TEST(lent(keys) == (Symbols{9, 8}));
}

BOOST_AUTO_TEST_CASE(takes_the_longest_unused_first_and_none_that_is_needed_soon) {
  SpareKeys keys(3);
  keys.lend(Symbols{7, 8, 9}, none_held);
  for (const std::uint32_t symbol : {8, 7, 9}) type(keys, symbol);
  keys.lend({}, none_held);
  keys.lend(Symbols{10, 8}, none_held);
  BOOST_TEST(lent(keys) == (Symbols{10, 8, 9}));
}

BOOST_AUTO_TEST_CASE(leaves_alone_a_key_that_is_held) {
  SpareKeys keys(2);
  keys.lend(Symbols{7, 8}, none_held);
  keys.lend({}, none_held);
  keys.lend(Symbols{9, 10}, [](std::size_t key) { return key == 0; });
  BOOST_TEST(lent(keys) == (Symbols{7, 9}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
