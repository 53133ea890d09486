// A store that was closed, copied, damaged, locked, fenced or filled up.
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <map>

#include "eventstore/record_keys.h"
#include "eventstore/rocksdb_tables.h"
#include "eventstore/store_check.h"
#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;
namespace fs = std::filesystem;

namespace {

void write_some(const fs::path& folder, int events, std::uint16_t shards = 1) {
  auto log = must_open(folder, {.shard_count = shards});
  for (int i = 0; i < events; ++i) {
    auto append = make_append(stream_id(i % 7), kAnyVersion, {"event " + std::to_string(i)});
    append.provenance.command_id = command_id(1000 + i);
    append.command_result = "answer " + std::to_string(i);
    must_append(*log, append);
  }
}

std::string error_of_opening(const fs::path& folder, const RocksDbOptions& options = {}) {
  const auto log = open_rocksdb_event_log(folder, options);
  BOOST_REQUIRE(!log.ok());
  BOOST_TEST_MESSAGE(log.error().message);
  return log.error().message;
}

void expect_text(const std::string& message, const std::string& part) {
  BOOST_TEST(message.find(part) != std::string::npos, message << " lacks '" << part << "'");
}

// Changes one record below the log's back.
void overwrite(const fs::path& folder, Table table, std::string_view key,
               const std::optional<std::string>& value) {
  auto tables = RocksDbTables::open(folder, {});
  BOOST_REQUIRE(tables.ok());
  auto& db = (*tables)->db();
  auto* family = (*tables)->of(table);
  const auto status = value ? db.Put(synced_write(), family, slice(key), *value)
                            : db.Delete(synced_write(), family, slice(key));
  BOOST_REQUIRE(status.ok());
}

std::string stored(const fs::path& folder, Table table, std::string_view key) {
  auto tables = RocksDbTables::open(folder, {.read_only = true});
  BOOST_REQUIRE(tables.ok());
  const auto value = (*tables)->get(table, key);
  BOOST_REQUIRE((value.ok() && value->has_value()));
  return **value;
}

std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> folder_state(
    const fs::path& folder) {
  std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> state;
  for (const auto& entry : fs::directory_iterator(folder)) {
    state[entry.path().filename()] = {entry.file_size(), entry.last_write_time()};
  }
  return state;
}

// The newest write-ahead log that holds something.
fs::path wal_of(const fs::path& folder) {
  fs::path found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".log" && entry.file_size() > 0) {
      found = std::max(found, entry.path());
    }
  }
  BOOST_REQUIRE(!found.empty());
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(reopening_sees_everything_and_goes_on) {
  TemporaryFolder folder;
  write_some(folder.path(), 300, 3);
  auto log = must_open(folder.path(), {.shard_count = 9, .epoch = 2});
  BOOST_TEST(log->shard_count() == 3u);  // fixed when the store was born
  std::uint64_t events = 0;
  for (Shard shard = 0; shard < 3; ++shard) {
    const auto read = log_events(*log, shard);
    BOOST_TEST(read.size() == log->last_position(shard));
    events += read.size();
  }
  BOOST_TEST(events == 300u);
  BOOST_TEST(log->command_result(stream_id(299 % 7), command_id(1299))->value() == "answer 299");
  BOOST_TEST(*log->stream_version(stream_id(0)) == 43u);
  const auto appended = must_append(*log, make_append(stream_id(0), 43, {"on"}));
  BOOST_TEST(appended.first_version == 44u);
  BOOST_TEST(appended.epoch == 2u);
  log.reset();
  const auto check = check_store(folder.path());
  BOOST_REQUIRE(check.ok());
  BOOST_TEST(check->events == 301u);
  BOOST_TEST(check->streams == 7u);
  BOOST_TEST(check->answers == 300u);
}

BOOST_AUTO_TEST_CASE(a_store_in_use_is_refused_but_can_be_read) {
  TemporaryFolder folder;
  write_some(folder.path(), 10);
  auto owner = must_open(folder.path());
  must_append(*owner, make_append(stream_id(0), kAnyVersion, {"in the WAL only"}));
  expect_text(error_of_opening(folder.path()), "in use");

  auto reader = must_open(folder.path(), {.read_only = true});
  BOOST_TEST(reader->last_position(0) == 11u);
  BOOST_TEST(log_events(*reader, 0).back().payload == "in the WAL only");
  const auto refused = append_and_wait(*reader, make_append(stream_id(0), kAnyVersion, {"no"}));
  BOOST_TEST(std::holds_alternative<AppendRefused>(refused));
  BOOST_TEST(must_append(*owner, make_append(stream_id(0), kAnyVersion, {"yes"})).first_position ==
             12u);
}

BOOST_AUTO_TEST_CASE(reading_leaves_the_folder_as_it_is) {
  TemporaryFolder folder;
  write_some(folder.path(), 50);
  const auto before = folder_state(folder.path());
  {
    auto reader = must_open(folder.path(), {.read_only = true});
    BOOST_TEST(log_events(*reader, 0).size() == 50u);
  }
  BOOST_TEST(check_store(folder.path()).ok());
  BOOST_TEST((folder_state(folder.path()) == before));
}

BOOST_AUTO_TEST_CASE(a_folder_without_a_store_is_not_read) {
  TemporaryFolder folder;
  expect_text(error_of_opening(folder.path() / "none", {.read_only = true}), "no store in");
  BOOST_TEST(!fs::exists(folder.path() / "none"));
  std::ofstream(folder.path() / "file") << "x";
  expect_text(error_of_opening(folder.path() / "file"), "cannot create folder");
}

BOOST_AUTO_TEST_CASE(an_earlier_epoch_may_not_write) {
  TemporaryFolder folder;
  must_open(folder.path(), {.epoch = 4}).reset();
  expect_text(error_of_opening(folder.path(), {.epoch = 3}), "epoch 4");
  must_open(folder.path(), {.epoch = 3, .read_only = true}).reset();
  must_open(folder.path(), {.epoch = 4}).reset();
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_named_as_such) {
  TemporaryFolder folder;
  write_some(folder.path(), 3);
  overwrite(folder.path(), Table::kMeta, "format", std::string("\x03\0\0\0", 4));
  expect_text(error_of_opening(folder.path()), "format 3, newer than this build");
}

BOOST_AUTO_TEST_CASE(a_newer_builds_column_family_is_named_as_such) {
  TemporaryFolder folder;
  write_some(folder.path(), 3);
  {
    auto tables = RocksDbTables::open(folder.path(), {});
    BOOST_REQUIRE(tables.ok());
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    BOOST_REQUIRE((*tables)->db().CreateColumnFamily({}, "future", &handle).ok());
    (*tables)->db().DestroyColumnFamilyHandle(handle);
  }
  expect_text(error_of_opening(folder.path()), "column family 'future', newer");
}

BOOST_AUTO_TEST_CASE(a_damaged_tail_is_refused_at_opening) {
  TemporaryFolder folder;
  write_some(folder.path(), 20);  // position 20 is stream 5's version 3
  const auto event = event_key(0, stream_id(5), 3);
  const auto entry = log_key(0, 20);
  const auto head = head_key(stream_id(5));
  const std::pair<Table, std::string> records[] = {{Table::kEvents, std::string(event.view())},
                                                   {Table::kLog, std::string(entry.view())},
                                                   {Table::kHeads, std::string(head.view())}};
  for (const auto& [table, key] : records) {
    const std::string good = stored(folder.path(), table, key);
    for (const std::size_t at : {std::size_t{0}, good.size() - 1}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 1);
      // A head's last byte is its chain hash, which only the whole check recomputes.
      const bool only_whole = table == Table::kHeads && at > 0;
      overwrite(folder.path(), table, key, bad);
      if (!only_whole) expect_text(error_of_opening(folder.path()), "damaged");
      BOOST_TEST(!check_store(folder.path()).ok());
    }
    if (table != Table::kLog) {
      overwrite(folder.path(), table, key, std::nullopt);
      expect_text(error_of_opening(folder.path()), "damaged");
    }
    overwrite(folder.path(), table, key, good);
    BOOST_TEST(check_store(folder.path()).ok());
  }
  must_open(folder.path());
}

BOOST_AUTO_TEST_CASE(a_lost_log_entry_is_found_by_opening_or_checking) {
  TemporaryFolder folder;
  write_some(folder.path(), 200);
  overwrite(folder.path(), Table::kLog, log_key(0, 190).view(), std::nullopt);
  expect_text(error_of_opening(folder.path()), "position 190");

  TemporaryFolder other;
  write_some(other.path(), 200);
  overwrite(other.path(), Table::kLog, log_key(0, 5).view(), std::nullopt);
  const auto check = check_store(other.path());
  BOOST_REQUIRE(!check.ok());
  expect_text(check.error().message, "position 5");
  expect_text(error_of_opening(other.path()), "position 5");  // the audit tree's end needs its leaf

  TemporaryFolder long_one;
  write_some(long_one.path(), 1024);
  overwrite(long_one.path(), Table::kLog, log_key(0, 5).view(), std::nullopt);
  const auto log = must_open(long_one.path());  // whose tree stands on stored roots
  const auto status = log->read_log(0, 1, [](const Envelope&) { return true; });
  BOOST_REQUIRE(!status.ok());
  expect_text(status.error().message, "position 5");
}

BOOST_AUTO_TEST_CASE(a_damaged_event_stops_its_readers) {
  TemporaryFolder folder;
  write_some(folder.path(), 200);
  const auto key = event_key(0, stream_id(0), 2);
  std::string bytes = stored(folder.path(), Table::kEvents, key.view());
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  overwrite(folder.path(), Table::kEvents, key.view(), bytes);
  auto log = must_open(folder.path());
  std::uint64_t seen = 0;
  const auto count = [&](const Envelope&) { return ++seen, true; };
  const auto status = log->read_stream(stream_id(0), 1, count);
  BOOST_REQUIRE(!status.ok());
  expect_text(status.error().message, "version 2");
  BOOST_TEST(seen == 1u);
}

// Point-in-time recovery would drop what follows the flipped bit, though it was acknowledged.
BOOST_AUTO_TEST_CASE(a_flipped_bit_in_the_middle_of_the_wal_is_damage_not_an_end) {
  TemporaryFolder folder;
  write_some(folder.path(), 100);
  const fs::path wal = wal_of(folder.path());
  const auto middle = static_cast<std::streamoff>(fs::file_size(wal) / 2);
  std::fstream file(wal, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(middle);
  const char byte = static_cast<char>(file.get() ^ 4);
  file.seekp(middle);
  file.put(byte);
  file.close();
  expect_text(error_of_opening(folder.path()), "damaged");
}

BOOST_AUTO_TEST_CASE(a_half_written_last_record_was_never_acknowledged) {
  TemporaryFolder folder;
  write_some(folder.path(), 100);
  const fs::path wal = wal_of(folder.path());
  fs::resize_file(wal, fs::file_size(wal) - 3);
  auto log = must_open(folder.path());
  BOOST_TEST(log->last_position(0) == 99u);
  BOOST_TEST(must_append(*log, make_append(stream_id(0), kAnyVersion, {"on"})).first_position ==
             100u);
}

// A file size limit makes the kernel refuse writes to the WAL, as a full disk does.
BOOST_AUTO_TEST_CASE(after_a_failed_write_the_store_stops_until_it_is_opened_again) {
  TemporaryFolder folder;
  auto log = must_open(folder.path());
  must_append(*log, make_append(stream_id(1), 0, {"kept"}));

  rlimit before{};
  BOOST_REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{64 << 10, before.rlim_max};
  BOOST_REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto result =
      append_and_wait(*log, make_append(stream_id(1), 1, {std::string(256 << 10, 'x')}));
  BOOST_REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);

  BOOST_REQUIRE(std::holds_alternative<StoreFailed>(result));
  BOOST_TEST_MESSAGE(std::get<StoreFailed>(result).message);
  // There is room again, but nobody knows what the failed write left behind.
  const auto later = append_and_wait(*log, make_append(stream_id(2), 0, {"small"}));
  BOOST_TEST(std::holds_alternative<StoreFailed>(later));
  BOOST_TEST(log->last_position(0) == 1u);
  BOOST_TEST(stream_events(*log, stream_id(1)).size() == 1u);

  log.reset();
  log = must_open(folder.path());
  BOOST_TEST(stream_events(*log, stream_id(1)).at(0).payload == "kept");
  BOOST_TEST(*log->stream_version(stream_id(2)) == 0u);
  must_append(*log, make_append(stream_id(2), 0, {"small"}));
}
