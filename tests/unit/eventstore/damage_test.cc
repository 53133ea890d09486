// Every file of a store cut, changed, taken away, mixed up. tools/bench crash does it at every
// byte.
#include <boost/test/unit_test.hpp>

#include "tests/faults/damage_sweep.h"

using namespace rookery;
using namespace rookery::testing;

BOOST_AUTO_TEST_CASE(a_damaged_store_names_the_file_or_tells_every_signed_event_never_a_lie) {
  DamageTally tally;
  const auto status = sweep_damage(8, tally);
  for (const auto& [kind, message] : tally.messages) BOOST_TEST_MESSAGE(kind << ": " << message);
  BOOST_REQUIRE_MESSAGE(status.ok(), (status.ok() ? "" : status.error().message));
  BOOST_TEST(tally.damages > 100u);
  BOOST_TEST(tally.refused > 0u);
  BOOST_TEST(tally.harmless > 0u);
  BOOST_TEST(tally.cut_noticed > 0u);
  BOOST_TEST(tally.cut_unsigned > 0u);
}
