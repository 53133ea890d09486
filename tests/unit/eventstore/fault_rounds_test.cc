// Hundreds of crashes on a disk that fails. tools/bench crash does many thousands; its --seed
// replays one of these.
#include <boost/test/unit_test.hpp>

#include "tests/faults/store_life.h"

using namespace rookery;
using namespace rookery::testing;

BOOST_AUTO_TEST_CASE(no_crash_and_no_failing_disk_loses_or_makes_up_an_event) {
  LifeTally tally;
  for (std::uint64_t seed = 1; tally.rounds < 200; ++seed) {
    const auto status = live({.seed = seed}, tally);
    BOOST_REQUIRE_MESSAGE(status.ok(), (status.ok() ? "" : status.error().message));
  }
  // Each of these did happen: else the rounds would show nothing.
  BOOST_TEST(tally.acknowledged > 2000u);
  BOOST_TEST(tally.unknown > 0u);
  BOOST_TEST(tally.unknown_kept > 0u);
  BOOST_TEST(tally.failed_stores > 0u);
  BOOST_TEST(tally.failed_openings > 0u);
  BOOST_TEST(tally.power_cuts > 0u);
  BOOST_TEST(tally.checkpoints > 0u);
  BOOST_TEST(tally.snapshots > 0u);
  BOOST_TEST(tally.table_files > 0u);
  BOOST_TEST(tally.archivings > 0u);
  BOOST_TEST(tally.archived > 0u);
}

BOOST_AUTO_TEST_CASE(a_disk_that_does_not_keep_what_it_synced_is_noticed) {
  LifeTally tally;
  bool noticed = false;
  for (std::uint64_t seed = 1; seed < 20 && !noticed; ++seed) {
    noticed = !live({.seed = seed, .rounds = 4, .lying_disk = true}, tally).ok();
  }
  BOOST_TEST(noticed);
}
