// What every event log promises its readers; see append_contract_test.cc for its writers.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;

BOOST_AUTO_TEST_CASE_TEMPLATE(an_event_comes_back_as_it_was_appended, On, BothLogs) {
  On on;
  const EntityId stream = stream_id(1);
  const auto appended = must_append(*on.log, make_append(stream, 0, {std::string("a\0b", 3)}));
  BOOST_TEST(appended.first_version == 1u);
  BOOST_TEST(appended.first_position == 1u);
  BOOST_TEST(appended.count == 1u);
  BOOST_TEST(appended.epoch == 5u);

  const auto events = stream_events(*on.log, stream);
  BOOST_REQUIRE(events.size() == 1u);
  const Envelope& event = events[0];
  BOOST_TEST(event.type == 0x030001u);
  BOOST_TEST(event.schema == 1u);
  BOOST_TEST(event.position == 1u);
  BOOST_TEST(event.version == 1u);
  BOOST_TEST(event.epoch == 5u);
  BOOST_TEST((event.stream == stream));
  BOOST_TEST((event.provenance.principal == stream_id(77, EntityKind::kUser)));
  BOOST_TEST((event.provenance.command_id == command_id(1)));
  BOOST_TEST((event.provenance.causation_id == command_id(2)));
  BOOST_TEST((event.provenance.correlation_id == command_id(3)));
  BOOST_TEST(event.provenance.wall_time_us == 1'700'000'000'000'000);
  BOOST_TEST(event.payload == std::string("a\0b", 3));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_stream_that_was_never_written_is_empty, On, BothLogs) {
  On on;
  BOOST_TEST(*on.log->stream_version(stream_id(9)) == 0u);
  BOOST_TEST(stream_events(*on.log, stream_id(9)).empty());
  BOOST_TEST(log_events(*on.log, 0).empty());
  BOOST_TEST(on.log->last_position(0) == 0u);
  BOOST_TEST(on.log->last_position(60000) == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_stream_is_read_in_version_order_from_any_version, On, BothLogs) {
  On on;
  const EntityId stream = stream_id(1);
  for (std::uint64_t version = 0; version < 300; version += 3) {
    must_append(*on.log, make_append(stream, version, {"x", "y", std::to_string(version)}));
    must_append(*on.log, make_append(stream_id(2), kAnyVersion, {"other"}));
  }
  const auto events = stream_events(*on.log, stream);
  BOOST_REQUIRE(events.size() == 300u);
  for (std::size_t i = 0; i < events.size(); ++i) BOOST_TEST(events[i].version == i + 1);
  const auto tail = stream_events(*on.log, stream, 299);
  BOOST_REQUIRE(tail.size() == 2u);
  BOOST_TEST(tail[0].payload == "y");
  BOOST_TEST(tail[1].payload == "297");
  BOOST_TEST(stream_events(*on.log, stream, 301).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_shard_is_read_in_position_order_without_gaps, On, BothLogs) {
  On on(3);
  std::vector<std::uint64_t> appended(3);
  for (std::uint32_t i = 0; i < 1500; ++i) {
    const EntityId stream = stream_id(i % 50);
    const auto result = must_append(*on.log, make_append(stream, kAnyVersion, {std::to_string(i)}));
    BOOST_TEST(result.first_position == ++appended[on.log->shard_of(stream)]);
  }
  for (Shard shard = 0; shard < 3; ++shard) {
    BOOST_TEST(on.log->last_position(shard) == appended[shard]);
    const auto events = log_events(*on.log, shard);
    BOOST_REQUIRE(events.size() == appended[shard]);
    for (std::size_t i = 0; i < events.size(); ++i) {
      BOOST_TEST(events[i].position == i + 1);
      BOOST_TEST(on.log->shard_of(events[i].stream) == shard);
    }
    const auto tail = log_events(*on.log, shard, appended[shard] - 1);
    BOOST_REQUIRE(tail.size() == 2u);
    BOOST_TEST(tail[1].payload == events.back().payload);
  }
}

// Windows of the log hold a bounded number of bytes: they must shrink where events are large.
BOOST_AUTO_TEST_CASE_TEMPLATE(large_events_among_small_ones_are_read_in_order, On, BothLogs) {
  On on;
  std::vector<std::string> payloads;
  const auto add = [&](std::size_t count, std::size_t bytes) {
    for (std::size_t i = 0; i < count; ++i) {
      payloads.push_back(std::to_string(payloads.size()) + std::string(bytes, 'x'));
    }
  };
  add(700, 10);
  add(12, kPayloadBytesMax - 10);
  add(700, 10);
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    Append append = make_append(stream_id(i % 7), kAnyVersion, {payloads[i]});
    if (i + 1 < payloads.size()) {
      on.log->append(std::move(append), [](const AppendResult&) {});
    } else {
      must_append(*on.log, std::move(append));
    }
  }
  for (const std::uint64_t from : {1, 690, 705, 712}) {
    std::uint64_t position = from;
    const auto read = on.log->read_log(0, from, [&](const Envelope& event) {
      BOOST_REQUIRE(event.position == position);
      BOOST_REQUIRE(event.payload == payloads[position - 1]);
      ++position;
      return true;
    });
    BOOST_TEST(read.ok());
    BOOST_TEST(position == payloads.size() + 1);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_reader_may_stop, On, BothLogs) {
  On on;
  for (int i = 0; i < 10; ++i) {
    must_append(*on.log, make_append(stream_id(1), kAnyVersion, {std::to_string(i)}));
  }
  int seen = 0;
  const auto until_three = [&](const Envelope&) { return ++seen < 3; };
  BOOST_TEST(on.log->read_stream(stream_id(1), 1, until_three).ok());
  BOOST_TEST(seen == 3);
  seen = 0;
  BOOST_TEST(on.log->read_log(0, 1, until_three).ok());
  BOOST_TEST(seen == 3);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(streams_are_listed_by_kind_page_by_page, On, BothLogs) {
  On on(2);
  for (std::uint32_t i = 0; i < 25; ++i) {
    must_append(*on.log, make_append(stream_id(i, EntityKind::kPhone), 0, {"p"}));
    must_append(*on.log, make_append(stream_id(i, EntityKind::kUser), 0, {"u"}));
    must_append(*on.log, make_append(stream_id(i, EntityKind::kSession), 0, {"s"}));
  }
  std::vector<EntityId> found;
  EntityId after;
  while (true) {
    const auto page = on.log->streams(EntityKind::kPhone, after, 10);
    BOOST_REQUIRE(page.ok());
    if (page->empty()) break;
    BOOST_TEST(page->size() <= 10u);
    found.insert(found.end(), page->begin(), page->end());
    after = page->back();
  }
  BOOST_REQUIRE(found.size() == 25u);
  for (std::uint32_t i = 0; i < 25; ++i) {
    BOOST_TEST((found[i] == stream_id(i, EntityKind::kPhone)));
  }
  BOOST_TEST(on.log->streams(EntityKind::kDeployment, {}, 10)->empty());
  BOOST_TEST(on.log->streams(EntityKind::kUser, {}, 0)->empty());
  const auto beyond = on.log->streams(EntityKind::kUser, stream_id(0, EntityKind::kPhone), 10);
  BOOST_TEST(beyond->empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_hears_of_batches_until_its_handle_is_gone, On, BothLogs) {
  On on;
  std::atomic<std::uint64_t> heard = 0;
  auto handle = on.log->on_commit([&](Shard shard, std::uint64_t last) {
    if (shard == 0) heard = last;
  });
  must_append(*on.log, make_append(stream_id(1), 0, {"a", "b"}));
  // The listener runs before the answer is given.
  BOOST_TEST(heard == 2u);
  handle.reset();
  must_append(*on.log, make_append(stream_id(1), 2, {"c"}));
  BOOST_TEST(heard == 2u);
  handle = on.log->on_commit([&](Shard, std::uint64_t) {});
  on.log.reset();
  handle.reset();  // a handle may outlive its log
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_listener_may_drop_its_own_handle, On, BothLogs) {
  On on;
  std::shared_ptr<void> handle;
  std::atomic<int> runs = 0;
  handle = on.log->on_commit([&](Shard, std::uint64_t) {
    ++runs;
    handle.reset();
  });
  must_append(*on.log, make_append(stream_id(1), 0, {"a"}));
  must_append(*on.log, make_append(stream_id(1), 1, {"b"}));
  BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(streams_may_have_any_bytes_for_a_name, On, BothLogs) {
  On on(3);
  std::vector<EntityId> names;
  for (const std::uint8_t kind : {0x00, 0x01, 0x2f, 0xff}) {
    for (const std::uint8_t tail : {0x00, 0x01, 0x2f, 0x7f, 0x80, 0xff}) {
      EntityId name;
      name.bytes.fill(tail);
      name.bytes[0] = kind;
      names.push_back(name);
      name.bytes[15] = static_cast<std::uint8_t>(tail ^ 1);  // the nearest neighbour
      names.push_back(name);
    }
  }
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      must_append(*on.log, make_append(names[i], static_cast<std::uint64_t>(round),
                                       {std::to_string(i) + "/" + std::to_string(round)}));
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto events = stream_events(*on.log, names[i]);
    BOOST_REQUIRE(events.size() == 3u);
    for (int round = 0; round < 3; ++round) {
      BOOST_TEST(events[round].payload == std::to_string(i) + "/" + std::to_string(round));
      BOOST_TEST((events[round].stream == names[i]));
    }
  }
  std::size_t told = 0;
  for (Shard shard = 0; shard < 3; ++shard) told += log_events(*on.log, shard).size();
  BOOST_TEST(told == 3 * names.size());
  for (const std::uint8_t kind : {0x00, 0x01, 0x2f, 0xff}) {
    const auto found = on.log->streams(static_cast<EntityKind>(kind), EntityId{}, 100);
    // The name that is all zero is the one before all others: it cannot come after itself.
    BOOST_TEST(found->size() == (kind == 0 ? 11u : 12u));
    BOOST_TEST(std::is_sorted(found->begin(), found->end()));
  }
}
