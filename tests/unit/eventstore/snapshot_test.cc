// How a store keeps snapshots, the same in memory and on disk.
#include "eventstore/snapshot.h"

#include "eventstore/record_keys.h"
#include "eventstore/rocksdb_tables.h"
#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

Snapshot nth(std::uint64_t version, std::uint32_t stream = 1) {
  Snapshot snapshot;
  snapshot.stream = stream_id(stream);
  snapshot.version = version;
  snapshot.epoch = 5;
  snapshot.schema = 1;
  snapshot.reducer = 0x1122334455667788;
  snapshot.phase = "running";
  snapshot.state = "state " + std::to_string(version);
  snapshot.state_hash = hash_of_state(snapshot.phase, snapshot.state);
  return snapshot;
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(the_newest_up_to_a_version_is_read, On, BothLogs) {
  On on;
  BOOST_TEST(!on.log->last_snapshot(stream_id(1), kAnyVersion)->has_value());
  for (const std::uint64_t version : {100, 300}) {
    BOOST_REQUIRE(on.log->put_snapshot(nth(version)).ok());
    BOOST_REQUIRE(on.log->put_snapshot(nth(version + 1, 2)).ok());
  }
  BOOST_TEST((**on.log->last_snapshot(stream_id(1), kAnyVersion) == nth(300)));
  BOOST_TEST((**on.log->last_snapshot(stream_id(1), 300) == nth(300)));
  BOOST_TEST((**on.log->last_snapshot(stream_id(1), 299) == nth(100)));
  BOOST_TEST(!on.log->last_snapshot(stream_id(1), 99)->has_value());
  BOOST_TEST((**on.log->last_snapshot(stream_id(2), kAnyVersion) == nth(301, 2)));
  BOOST_TEST(!on.log->last_snapshot(stream_id(3), kAnyVersion)->has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(older_ones_are_dropped_one_by_one, On, BothLogs) {
  On on;
  for (std::uint64_t version = 100; version <= 1000; version += 100) {
    BOOST_REQUIRE(on.log->put_snapshot(nth(version)).ok());
    BOOST_REQUIRE(on.log->put_snapshot(nth(version, 2)).ok());
  }
  for (const std::uint32_t stream : {1, 2}) {
    BOOST_TEST((*on.log->last_snapshot(stream_id(stream), kAnyVersion))->version == 1000u);
    BOOST_TEST((*on.log->last_snapshot(stream_id(stream), 999))->version == 900u);
    BOOST_TEST(!on.log->last_snapshot(stream_id(stream), 899)->has_value());
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_state_over_the_limit_is_refused, On, BothLogs) {
  On on;
  Snapshot large = nth(1);
  large.state.assign(kSnapshotStateBytesMax + 1, 'x');
  BOOST_TEST(!on.log->put_snapshot(large).ok());
  BOOST_TEST(!on.log->last_snapshot(stream_id(1), kAnyVersion)->has_value());
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_and_every_cut_is_noticed) {
  const Snapshot snapshot = nth(7);
  const std::string good = encode_snapshot(snapshot);
  BOOST_REQUIRE((*decode_snapshot(snapshot.stream, 7, good) == snapshot));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    BOOST_TEST(!decode_snapshot(snapshot.stream, 7, bad).ok(), bit);
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    BOOST_TEST(!decode_snapshot(snapshot.stream, 7, good.substr(0, size)).ok(), size);
  }
  BOOST_TEST(!decode_snapshot(snapshot.stream, 8, good).ok());
  BOOST_TEST(!decode_snapshot(stream_id(2), 7, good).ok());
}

BOOST_AUTO_TEST_CASE(they_outlive_the_process_and_a_damaged_one_is_an_error) {
  TemporaryFolder folder;
  {
    auto log = must_open(folder.path());
    BOOST_REQUIRE(log->put_snapshot(nth(5)).ok());
  }
  auto log = must_open(folder.path(), {.read_only = true});
  BOOST_TEST((**log->last_snapshot(stream_id(1), kAnyVersion) == nth(5)));
  BOOST_TEST(!log->put_snapshot(nth(6)).ok());
  log.reset();
  {
    auto tables = RocksDbTables::open(folder.path(), {});
    BOOST_REQUIRE(tables.ok());
    const auto key = snapshot_key(stream_id(1), 5);
    std::string bytes = **(*tables)->get(Table::kSnapshots, key.view());
    bytes[20] ^= 1;
    BOOST_REQUIRE(
        (*tables)
            ->db()
            .Put(synced_write(), (*tables)->of(Table::kSnapshots), slice(key.view()), bytes)
            .ok());
  }
  BOOST_TEST(!must_open(folder.path())->last_snapshot(stream_id(1), kAnyVersion).ok());
}
