// The audit tree that every event log grows, and how RocksDB keeps it.
#include <bit>

#include "eventstore/envelope_codec.h"
#include "eventstore/record_keys.h"
#include "eventstore/rocksdb_tables.h"
#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

void fill(EventLog& log, std::uint64_t events, std::uint64_t batch = 100) {
  for (std::uint64_t i = 0; i < events; i += batch) {
    std::vector<std::string> payloads;
    for (std::uint64_t k = i; k < std::min(events, i + batch); ++k) {
      payloads.push_back(std::to_string(k));
    }
    must_append(log, make_append(stream_id(1 + i % 7), kAnyVersion, std::move(payloads)));
  }
}

SubtreeReader reader(const EventLog& log, Shard shard = 0) {
  return [&log, shard](unsigned height, std::uint64_t index) {
    return log.subtree(shard, height, index);
  };
}

// From nothing but the leaf hashes of what a reader gets.
TreeHead head_of_events(const EventLog& log, Shard shard = 0) {
  LeafHasher hasher;
  MerkleFrontier tree;
  const auto status = log.read_log(shard, 1, [&](const Envelope& event) {
    std::string bytes;
    append_unplaced_envelope(bytes, {event.type, event.schema, event.payload}, event.stream,
                             event.provenance);
    place_envelope({bytes.data(), bytes.size()}, event.position, event.version, event.epoch);
    tree.add(hasher, hasher.leaf(bytes), {});
    return true;
  });
  BOOST_REQUIRE(status.ok());
  return tree.head(hasher);
}

std::size_t tree_records(const std::filesystem::path& folder, bool remove) {
  auto tables = RocksDbTables::open(folder, {.epoch = 5});
  BOOST_REQUIRE(tables.ok());
  std::size_t records = 0;
  const auto it = (*tables)->iterate(Table::kTree);
  for (it->SeekToFirst(); it->Valid(); it->Next(), ++records) {
    if (!remove) continue;
    BOOST_REQUIRE(
        (*tables)->db().Delete(synced_write(), (*tables)->of(Table::kTree), it->key()).ok());
  }
  return records;
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(the_tree_stands_on_the_events_as_they_are_stored, On, BothLogs) {
  On on;
  BOOST_TEST((on.log->tree_head(0) == TreeHead{0, empty_tree_root()}));
  fill(*on.log, 777);
  const TreeHead head = on.log->tree_head(0);
  BOOST_TEST(head.size == 777u);
  BOOST_TEST((head == head_of_events(*on.log)));
  BOOST_TEST((*tree_root(reader(*on.log), 777) == head.root));
  BOOST_TEST(!on.log->subtree(0, 0, 777).ok());
  BOOST_TEST((on.log->tree_head(9) == TreeHead{0, empty_tree_root()}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(each_shard_has_its_own_tree, On, BothLogs) {
  On on(4);
  fill(*on.log, 700);
  std::uint64_t sum = 0;
  for (Shard shard = 0; shard < 4; ++shard) {
    const TreeHead head = on.log->tree_head(shard);
    BOOST_TEST((head == head_of_events(*on.log, shard)));
    BOOST_TEST(head.size == on.log->last_position(shard));
    sum += head.size;
  }
  BOOST_TEST(sum == 700u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(proofs_from_the_log_hold, On, BothLogs) {
  On on;
  fill(*on.log, 300);
  const TreeHead older = on.log->tree_head(0);
  fill(*on.log, 400);
  const TreeHead newer = on.log->tree_head(0);
  const auto grown = consistency_proof(reader(*on.log), older.size, newer.size);
  BOOST_REQUIRE(grown.ok());
  BOOST_TEST(verify_consistency(older, newer, *grown));
  for (std::uint64_t index = 0; index < newer.size; index += 37) {
    const auto leaf = on.log->subtree(0, 0, index);
    const auto proof = inclusion_proof(reader(*on.log), index, newer.size);
    BOOST_REQUIRE(leaf.ok() && proof.ok());
    BOOST_TEST(verify_inclusion(*leaf, index, newer, *proof));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(checkpoints_are_kept_in_the_order_of_their_sizes, On, BothLogs) {
  On on(2);
  for (const std::uint64_t size : {5, 300, 7}) {
    BOOST_REQUIRE(on.log->put_checkpoint(1, size, "note " + std::to_string(size)).ok());
  }
  BOOST_REQUIRE(on.log->put_checkpoint(0, 6, "of another shard").ok());
  BOOST_REQUIRE(on.log->put_checkpoint(1, 7, "note of 7 again").ok());
  std::vector<std::string> notes;
  const auto keep = [&](std::uint64_t, const std::string& note) {
    notes.push_back(note);
    return notes.size() < 2;
  };
  BOOST_REQUIRE(on.log->read_checkpoints(1, 6, keep).ok());
  const std::vector<std::string> expected{"note of 7 again", "note 300"};
  BOOST_TEST(notes == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_tree_goes_on_where_it_was_when_the_store_is_opened_again) {
  TemporaryFolder folder;
  std::uint64_t total = 0;
  std::string identity;
  for (const std::uint64_t more : {1, 254, 1, 1, 511, 900}) {
    auto log = must_open(folder.path(), {.epoch = 5});
    BOOST_TEST((log->tree_head(0) == head_of_events(*log)));
    fill(*log, more);
    total += more;
    BOOST_TEST(log->tree_head(0).size == total);
    if (identity.empty()) identity = log->identity();
    BOOST_TEST(log->identity() == identity);
  }
  BOOST_TEST(identity.size() == 32u);
  BOOST_TEST(tree_records(folder.path(), false) == total / 256);
}

// As a store that an earlier build wrote.
BOOST_AUTO_TEST_CASE(a_missing_tree_is_made_from_the_leaves) {
  TemporaryFolder folder;
  TreeHead head;
  {
    auto log = must_open(folder.path(), {.epoch = 5});
    fill(*log, 70'000, 1000);
    head = log->tree_head(0);
  }
  const std::size_t records = tree_records(folder.path(), true);
  BOOST_TEST(records == 70'000u / 256 + 1);
  {
    const auto log = must_open(folder.path(), {.read_only = true});
    BOOST_TEST((log->tree_head(0) == head));
  }
  BOOST_TEST((must_open(folder.path(), {.epoch = 5})->tree_head(0) == head));
  BOOST_TEST(tree_records(folder.path(), false) == records);
}
