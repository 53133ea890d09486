// A store on disk whose events are signed for, and the ways to touch it behind its owner's back.
#pragma once

#include <future>

#include "eventstore/record_keys.h"
#include "eventstore/rocksdb_tables.h"
#include "eventstore/verifier.h"
#include "tests/unit/eventstore/logs.h"

namespace rookery::testing {

inline constexpr std::uint64_t kEvents = 900;  // of three streams in turn

inline Append nth(std::uint64_t i, const std::string& payload) {
  Append append = make_append(stream_id(i % 3), kAnyVersion, {payload});
  append.provenance.command_id = command_id(static_cast<std::uint32_t>(i));
  return append;
}

// Appends wait together, so that few syncs do.
inline void fill(EventLog& log, std::uint64_t from, std::uint64_t to, std::uint64_t forged = 0) {
  std::vector<std::future<AppendResult>> results;
  for (std::uint64_t i = from; i <= to; ++i) {
    const auto done = std::make_shared<std::promise<AppendResult>>();
    results.push_back(done->get_future());
    log.append(nth(i, i == forged ? "forged" : "event " + std::to_string(i)),
               [done](AppendResult result) { done->set_value(std::move(result)); });
  }
  for (auto& result : results) BOOST_REQUIRE(std::holds_alternative<Appended>(result.get()));
}

inline void sign(EventLog& log, const NoteSigner& signer) {
  const TreeHead head = log.tree_head(0);
  const Checkpoint checkpoint{checkpoint_origin(signer.verifier().name, 0), head};
  BOOST_REQUIRE(log.put_checkpoint(0, head.size, sign_checkpoint(checkpoint, {signer})).ok());
}

inline std::string checkpoint_of(const EventLog& log, std::uint64_t size) {
  std::string found;
  const auto status = log.read_checkpoints(0, size, [&](std::uint64_t, const std::string& note) {
    found = note;
    return false;
  });
  BOOST_REQUIRE(status.ok());
  return found;
}

// A store of kEvents events, with a checkpoint after every 100.
struct Signed {
  Signed() {
    auto log = must_open(folder.path());
    for (std::uint64_t i = 0; i < kEvents; i += 100) {
      fill(*log, i + 1, i + 100);
      sign(*log, signer);
    }
  }
  AuditReport verify(std::vector<std::string> seen = {}) const {
    return verify(folder.path(), std::move(seen));
  }
  AuditReport verify(const std::filesystem::path& path, std::vector<std::string> seen = {}) const {
    AuditOptions options;
    options.keys = {signer.verifier()};
    options.seen = std::move(seen);
    auto report = verify_store(path, options);
    BOOST_REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error().message));
    return *report;
  }
  AuditFinding bad() const {
    const auto report = verify();
    BOOST_REQUIRE(report.first_bad.has_value());
    return *report.first_bad;
  }
  // No value removes the record.
  void put(Table table, std::string_view key, std::optional<std::string> value) const {
    auto tables = RocksDbTables::open(folder.path(), {});
    BOOST_REQUIRE(tables.ok());
    auto& db = (*tables)->db();
    auto* family = (*tables)->of(table);
    BOOST_REQUIRE((value ? db.Put(synced_write(), family, slice(key), *value)
                         : db.Delete(synced_write(), family, slice(key)))
                      .ok());
  }
  std::string get(Table table, std::string_view key) const {
    auto tables = RocksDbTables::open(folder.path(), {.read_only = true});
    BOOST_REQUIRE(tables.ok());
    return (*tables)->get(table, key)->value();
  }

  const NoteSigner signer = NoteSigner::generate("rookery.local/test");
  TemporaryFolder folder;
};

}  // namespace rookery::testing
