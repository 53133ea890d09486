// Event logs and appends for tests.
#pragma once

#include <unistd.h>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "eventstore/memory_event_log.h"
#include "eventstore/rocksdb_event_log.h"

namespace rookery::testing {

// A folder of its own, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rookery-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline EntityId stream_id(std::uint32_t number, EntityKind kind = EntityKind::kPhone) {
  std::array<std::uint8_t, 15> tail{};
  for (int i = 0; i < 4; ++i) tail[11 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  return make_entity_id(kind, tail);
}

inline Id128 command_id(std::uint32_t number) {
  Id128 id;
  for (int i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

inline Append make_append(const EntityId& stream, std::uint64_t expected_version,
                          std::vector<std::string> payloads) {
  Append append;
  append.stream = stream;
  append.expected_version = expected_version;
  append.provenance.principal = stream_id(77, EntityKind::kUser);
  append.provenance.command_id = command_id(1);
  append.provenance.causation_id = command_id(2);
  append.provenance.correlation_id = command_id(3);
  append.provenance.wall_time_us = 1'700'000'000'000'000;
  for (auto& payload : payloads) append.events.push_back({0x030001, 1, std::move(payload)});
  return append;
}

inline Appended must_append(EventLog& log, Append append) {
  auto result = append_and_wait(log, std::move(append));
  BOOST_REQUIRE(std::holds_alternative<Appended>(result));
  return std::get<Appended>(result);
}

inline std::vector<Envelope> stream_events(const EventLog& log, const EntityId& stream,
                                           std::uint64_t from_version = 1) {
  std::vector<Envelope> events;
  const auto status = log.read_stream(stream, from_version, [&](const Envelope& event) {
    events.push_back(event);
    return true;
  });
  BOOST_REQUIRE_MESSAGE(status.ok(), (status.ok() ? "" : status.error().message));
  return events;
}

inline std::vector<Envelope> log_events(const EventLog& log, Shard shard,
                                        std::uint64_t from_position = 1) {
  std::vector<Envelope> events;
  const auto status = log.read_log(shard, from_position, [&](const Envelope& event) {
    events.push_back(event);
    return true;
  });
  BOOST_REQUIRE_MESSAGE(status.ok(), (status.ok() ? "" : status.error().message));
  return events;
}

inline std::unique_ptr<EventLog> must_open(const std::filesystem::path& folder,
                                           const RocksDbOptions& options = {}) {
  auto log = open_rocksdb_event_log(folder, options);
  BOOST_REQUIRE_MESSAGE(log.ok(), (log.ok() ? "" : log.error().message));
  return std::move(*log);
}

// The two logs that the contract tests run against.
struct OnRocksDb {
  explicit OnRocksDb(std::uint16_t shard_count = 1)
      : log(must_open(folder.path(), {.shard_count = shard_count, .epoch = 5})) {}

  TemporaryFolder folder;
  std::unique_ptr<EventLog> log;
};
struct InMemory {
  explicit InMemory(std::uint16_t shard_count = 1) : log(make_memory_event_log(shard_count, 5)) {}

  std::unique_ptr<EventLog> log;
};
using BothLogs = boost::mpl::list<InMemory, OnRocksDb>;

}  // namespace rookery::testing
