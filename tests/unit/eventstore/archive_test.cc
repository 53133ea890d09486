// History that was moved out of the database: everything reads as before, and whatever is missing
// or broken is said.
#include <fstream>

#include "eventstore/archive_store.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/event_proof.h"
#include "eventstore/record_keys.h"
#include "eventstore/rocksdb_tables.h"
#include "eventstore/store_check.h"
#include "eventstore/verifier.h"
#include "tests/unit/eventstore/logs.h"

using namespace rookery;
using namespace rookery::testing;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kBegin = 1'700'000'000'000'000;

// Streams 1 to 7 take turns, an event a second; a checkpoint over all but the last ten events.
struct ArchivedStore {
  explicit ArchivedStore(int events = 300)
      : signer(NoteSigner::generate("rookery.local/test")), store(folder.path() / "events") {
    auto log = must_open(store);
    for (int i = 0; i < events; ++i) {
      if (i == events - 10) sign(*log);
      auto append = make_append(stream_id(1 + i % 7), kAnyVersion, {"event " + std::to_string(i)});
      append.provenance.wall_time_us = kBegin + i * 1'000'000;
      must_append(*log, append);
    }
    before = log_events(*log, 0);
    head = log->tree_head(0);
  }
  void sign(EventLog& log) {
    const TreeHead tree = log.tree_head(0);
    const auto note = sign_checkpoint({checkpoint_origin("rookery.local/test", 0), tree}, {signer});
    BOOST_REQUIRE(log.put_checkpoint(0, tree.size, note).ok());
  }
  ArchiveOptions until(int second) const {
    ArchiveOptions options;
    options.before_us = kBegin + second * std::int64_t{1'000'000};
    options.signers = {signer};
    return options;
  }
  ArchiveReport archive(const ArchiveOptions& options) const {
    const auto report = archive_store(store, options);
    BOOST_REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error().message));
    return *report;
  }
  std::uint64_t in_database() const {
    auto tables = RocksDbTables::open(store, {.read_only = true});
    BOOST_REQUIRE(tables.ok());
    std::uint64_t events = 0;
    const auto it = (*tables)->iterate(Table::kEvents);
    for (it->SeekToFirst(); it->Valid(); it->Next()) ++events;
    return events;
  }
  AuditReport audit() const {
    AuditOptions options;
    options.keys = {signer.verifier()};
    const auto report = verify_store(store, options);
    BOOST_REQUIRE(report.ok());
    return *report;
  }
  // All that readers see is what they saw before anything was archived.
  void reads_as_before() const {
    const auto log = must_open(store);
    BOOST_TEST((log->tree_head(0) == head));
    const auto now = log_events(*log, 0);
    BOOST_REQUIRE(now.size() == before.size());
    for (std::size_t i = 0; i < now.size(); ++i) {
      BOOST_REQUIRE(encode_envelope(now[i]) == encode_envelope(before[i]));
    }
    for (std::uint32_t stream = 1; stream <= 7; ++stream) {
      const auto events = stream_events(*log, stream_id(stream));
      BOOST_TEST(events.size() == *log->stream_version(stream_id(stream)));
      for (std::uint64_t from = 1; from <= events.size(); from += 5) {
        BOOST_TEST(stream_events(*log, stream_id(stream), from).size() == events.size() + 1 - from);
      }
    }
  }

  TemporaryFolder folder;
  NoteSigner signer;
  fs::path store;
  std::vector<Envelope> before;
  TreeHead head;
};

bool has(const std::string& text, const std::string& part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE(text << " lacks " << part);
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(archived_events_leave_the_database_and_read_as_before) {
  ArchivedStore store;
  const auto report = store.archive(store.until(200));
  BOOST_TEST(report.events == 200u);
  BOOST_TEST(report.segments == 1u);
  BOOST_TEST(report.file_bytes < report.event_bytes / 2);
  BOOST_TEST(store.in_database() == 100u);
  store.reads_as_before();
  BOOST_TEST(!store.audit().first_bad);
  BOOST_TEST((store.audit().trees.at(0) == store.head));
  const auto check = check_store(store.store);
  BOOST_REQUIRE_MESSAGE(check.ok(), (check.ok() ? "" : check.error().message));
  BOOST_TEST(check->events == 300u);
}

BOOST_AUTO_TEST_CASE(only_signed_events_are_archived_and_a_second_call_goes_on) {
  ArchivedStore store;
  BOOST_TEST(store.archive(store.until(50)).events == 50u);
  BOOST_TEST(store.archive(store.until(50)).events == 0u);
  BOOST_TEST(store.archive(store.until(1000)).events == 240u);  // 290 are signed for
  store.reads_as_before();
  BOOST_TEST(!store.audit().first_bad);
}

BOOST_AUTO_TEST_CASE(a_stream_is_archived_whole_and_goes_on_growing) {
  ArchivedStore store;
  ArchiveOptions options = store.until(0);
  options.stream = stream_id(3);
  BOOST_TEST(store.archive(options).events == 42u);
  store.reads_as_before();
  auto log = must_open(store.store);
  BOOST_TEST(*log->stream_version(stream_id(3)) == 43u);
  BOOST_TEST(must_append(*log, make_append(stream_id(3), 43, {"on"})).first_version == 44u);
  BOOST_TEST(stream_events(*log, stream_id(3)).size() == 44u);
  BOOST_TEST(stream_events(*log, stream_id(3)).back().payload == "on");
}

BOOST_AUTO_TEST_CASE(proofs_of_archived_events_hold) {
  ArchivedStore store;
  store.archive(store.until(1000));
  const auto log = must_open(store.store, {.read_only = true});
  for (const std::uint64_t position : {1, 7, 256, 290}) {
    const auto proof = prove_event(*log, 0, position);
    BOOST_REQUIRE_MESSAGE(proof.ok(), (proof.ok() ? "" : proof.error().message));
    BOOST_TEST(check_event_proof(*proof, {store.signer.verifier()}).ok());
  }
}

BOOST_AUTO_TEST_CASE(a_backup_holds_its_segments) {
  ArchivedStore store;
  store.archive(store.until(200));
  const auto backup = store.folder.path() / "backup";
  const auto restored = store.folder.path() / "restored";
  BOOST_REQUIRE(back_up(store.store, backup).ok());
  RestoreOptions options;
  options.keys = {store.signer.verifier()};
  BOOST_REQUIRE(restore_store(backup, restored, options).ok());
  store.store = restored;
  store.reads_as_before();
  fs::remove(backup / "archive-000001.seg");
  const auto status = restore_store(backup, store.folder.path() / "again", options);
  BOOST_REQUIRE(!status.ok());
  BOOST_TEST(has(status.error().message, "archive-000001.seg"));
}

BOOST_AUTO_TEST_CASE(a_missing_segment_is_said_by_every_reader) {
  ArchivedStore store;
  store.archive(store.until(200));
  fs::rename(store.store / "archive-000001.seg", store.folder.path() / "hidden");
  const auto log = must_open(store.store, {.read_only = true});
  const auto count = [](const Envelope&) { return true; };
  BOOST_TEST(has(log->read_log(0, 1, count).error().message, "archive-000001.seg"));
  BOOST_TEST(has(log->read_stream(stream_id(1), 1, count).error().message, "archive-000001.seg"));
  BOOST_TEST(log->read_log(0, 201, count).ok());
  BOOST_TEST(log->read_stream(stream_id(1), 31, count).ok());
  BOOST_TEST(has(check_store(store.store).error().message, "archive-000001.seg"));
  const auto report = store.audit();
  BOOST_REQUIRE(report.first_bad.has_value());
  BOOST_TEST(report.first_bad->field == "archive");
  BOOST_TEST(report.first_bad->position == 1u);
  BOOST_TEST(has(report.first_bad->message, "archive-000001.seg"));
  BOOST_TEST(has(stat_store(store.store)->archived.problems.at(0), "missing"));
}

BOOST_AUTO_TEST_CASE(no_cut_and_no_flipped_bit_of_a_segment_goes_unseen) {
  ArchivedStore store(140);
  store.archive(store.until(60));
  const auto file = store.store / "archive-000001.seg";
  std::string whole(fs::file_size(file), '\0');
  std::ifstream(file, std::ios::binary)
      .read(whole.data(), static_cast<std::streamsize>(whole.size()));
  for (std::size_t at = 0; at < whole.size(); at += 37) {
    for (const bool cut : {false, true}) {
      std::string bad = cut ? whole.substr(0, at) : whole;
      if (!cut) bad[at] = static_cast<char>(bad[at] ^ 1);
      std::ofstream(file, std::ios::binary) << bad;
      const auto report = store.audit();
      BOOST_REQUIRE_MESSAGE(report.first_bad, "at " << at << (cut ? " cut" : " flipped"));
      BOOST_TEST(report.first_bad->field == "archive");
      const auto log = must_open(store.store, {.read_only = true});
      std::size_t told = 0;
      const auto read = log->read_log(0, 1, [&](const Envelope& event) {
        BOOST_REQUIRE(encode_envelope(event) == encode_envelope(store.before[told]));
        return ++told > 0;
      });
      // A bit of the seal or of the head's spare is found by auditors; events are never wrong.
      if (read) BOOST_TEST(told == store.before.size());
      if (!read) BOOST_TEST(has(read.error().message, "archive-000001.seg"));
    }
  }
  std::ofstream(file, std::ios::binary) << whole;
  BOOST_TEST(!store.audit().first_bad);
}

BOOST_AUTO_TEST_CASE(an_older_build_refuses_what_it_could_not_read) {
  ArchivedStore store(60);
  store.archive(store.until(1000));
  auto tables = RocksDbTables::open(store.store, {.read_only = true});
  BOOST_REQUIRE(tables.ok());
  BOOST_TEST((*tables)->meta().format == 2u);
}
