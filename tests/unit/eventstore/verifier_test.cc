// Whatever is done to a store behind its owner's back, the auditor finds it.
#include "eventstore/verifier.h"

#include "eventstore/audit_keys.h"
#include "eventstore/checkpoint_keeper.h"
#include "eventstore/envelope_codec.h"
#include "tests/unit/eventstore/signed_store.h"

using namespace rookery;
using namespace rookery::testing;
namespace fs = std::filesystem;

namespace {

// Position 500 is the 167th event of stream 2.
const auto kEvent500 = event_key(0, stream_id(2), 167);

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_honest_store_is_verified_whole, Signed) {
  const auto report = verify();
  BOOST_TEST(!report.first_bad.has_value());
  BOOST_TEST(report.events == kEvents);
  BOOST_TEST(report.streams == 3u);
  BOOST_TEST(report.checkpoints == 9u);
  BOOST_TEST(report.signed_up_to.at(0) == kEvents);
  BOOST_TEST((report.trees.at(0) == must_open(folder.path())->tree_head(0)));
}

BOOST_FIXTURE_TEST_CASE(any_flipped_bit_of_an_event_is_named_with_its_place, Signed) {
  const std::string good = get(Table::kEvents, kEvent500.view());
  for (std::size_t byte = 0; byte < good.size(); byte += 7) {
    std::string flipped = good;
    flipped[byte] = static_cast<char>(flipped[byte] ^ (1 << byte % 8));
    put(Table::kEvents, kEvent500.view(), flipped);
    const auto finding = bad();
    BOOST_TEST(finding.position == 500u, byte);
    BOOST_TEST((finding.stream == stream_id(2)), byte);
    BOOST_TEST(finding.field == "event", byte);
  }
}

BOOST_FIXTURE_TEST_CASE(a_changed_event_with_a_right_checksum_is_found, Signed) {
  Envelope event = *decode_envelope(get(Table::kEvents, kEvent500.view()));
  event.provenance.principal = stream_id(78, EntityKind::kUser);
  put(Table::kEvents, kEvent500.view(), encode_envelope(event));
  BOOST_TEST(bad().position == 500u);
  BOOST_TEST(bad().field == "log.leaf");
}

BOOST_FIXTURE_TEST_CASE(a_dropped_event_is_found, Signed) {
  put(Table::kEvents, kEvent500.view(), std::nullopt);
  BOOST_TEST(bad().position == 500u);
  BOOST_TEST(bad().field == "event");
  put(Table::kLog, log_key(0, 500).view(), std::nullopt);
  BOOST_TEST(bad().position == 500u);
  BOOST_TEST(bad().field == "log.position");
}

BOOST_FIXTURE_TEST_CASE(reordered_events_are_found, Signed) {
  const std::string first = get(Table::kLog, log_key(0, 500).view());
  const std::string second = get(Table::kLog, log_key(0, 501).view());
  put(Table::kLog, log_key(0, 500).view(), second);
  put(Table::kLog, log_key(0, 501).view(), first);
  BOOST_TEST(bad().position == 500u);
  BOOST_TEST(bad().field == "log.stream");
}

BOOST_FIXTURE_TEST_CASE(an_inserted_event_is_found, Signed) {
  Envelope event = *decode_envelope(get(Table::kEvents, kEvent500.view()));
  event.stream = stream_id(40);
  event.version = 1;
  put(Table::kEvents, event_key(0, event.stream, 1).view(), encode_envelope(event));
  BOOST_TEST(bad().position == 500u);
  event.position = kEvents + 1;
  put(Table::kEvents, event_key(0, event.stream, 1).view(), encode_envelope(event));
  BOOST_TEST(bad().position == kEvents + 1);
  BOOST_TEST(bad().position == kEvents + 1);
  BOOST_TEST((bad().stream == stream_id(40)));
}

BOOST_FIXTURE_TEST_CASE(a_touched_head_tree_or_checkpoint_is_found, Signed) {
  const auto touch = [&](Table table, std::string_view key, const char* field) {
    const std::string good = get(table, key);
    std::string touched = good;
    touched.back() = static_cast<char>(touched.back() ^ 1);
    put(table, key, touched);
    BOOST_TEST(bad().field == field);
    put(table, key, good);
    BOOST_TEST(!verify().first_bad.has_value());
  };
  touch(Table::kHeads, head_key(stream_id(1)).view(), "head.chain");
  touch(Table::kTree, tree_key(0, 1, 2).view(), "tree");
  const auto note_key = checkpoint_key(0, 300);
  std::string note = get(Table::kTree, note_key.view());
  const std::string good = note;
  note[note.find("\n300\n") + 1] = '4';
  put(Table::kTree, note_key.view(), note);
  BOOST_TEST(bad().field == "checkpoint.signature");
  put(Table::kTree, note_key.view(), get(Table::kTree, checkpoint_key(0, 400).view()));
  BOOST_TEST(bad().field == "checkpoint.origin");
  put(Table::kTree, note_key.view(), good);
}

// Somebody without the key writes the whole history anew, every hash of it right.
BOOST_FIXTURE_TEST_CASE(a_rewritten_history_does_not_fit_its_checkpoints, Signed) {
  TemporaryFolder forged;
  {
    const auto original = must_open(folder.path());
    const auto log = must_open(forged.path());
    fill(*log, 1, kEvents, 555);
    for (std::uint64_t size = 100; size <= kEvents; size += 100) {
      BOOST_REQUIRE(log->put_checkpoint(0, size, checkpoint_of(*original, size)).ok());
    }
  }
  const auto report = verify(forged.path());
  BOOST_REQUIRE(report.first_bad.has_value());
  BOOST_TEST(report.first_bad->field == "checkpoint.root");
  BOOST_TEST(report.first_bad->position == 501u);
  BOOST_TEST(report.first_bad->message.find("501 to 600") != std::string::npos,
             report.first_bad->message);
}

BOOST_FIXTURE_TEST_CASE(a_cut_or_rolled_back_store_does_not_reach_its_checkpoints, Signed) {
  TemporaryFolder earlier;
  std::string seen;
  {
    seen = checkpoint_of(*must_open(folder.path()), kEvents);
    const auto log = must_open(earlier.path());
    fill(*log, 1, 700);
    sign(*log, signer);
  }
  BOOST_TEST(!verify(earlier.path()).first_bad.has_value());  // by itself it looks whole
  const auto report = verify(earlier.path(), {seen});
  BOOST_REQUIRE(report.first_bad.has_value());
  BOOST_TEST(report.first_bad->field == "checkpoint.size");
  BOOST_TEST(report.first_bad->position == 701u);
}

BOOST_FIXTURE_TEST_CASE(a_fork_is_found_by_what_was_seen_before, Signed) {
  TemporaryFolder fork;
  std::string seen;
  {
    const auto log = must_open(fork.path());
    fill(*log, 1, kEvents, 880);
    sign(*log, signer);
    seen = checkpoint_of(*log, kEvents);
  }
  BOOST_TEST(!verify(fork.path()).first_bad.has_value());
  const auto report = verify(std::vector<std::string>{seen});
  BOOST_REQUIRE(report.first_bad.has_value());
  BOOST_TEST(report.first_bad->field == "checkpoint.root");
  AuditOptions options;
  options.keys = {NoteSigner::generate("rookery.local/test").verifier()};
  options.seen = {seen};
  BOOST_TEST(!verify_store(folder.path(), options).ok());  // signed by nobody it knows
}

BOOST_FIXTURE_TEST_CASE(without_the_right_key_nothing_is_believed, Signed) {
  AuditOptions options;
  options.keys = {NoteSigner::generate("rookery.local/test").verifier()};
  const auto report = verify_store(folder.path(), options);
  BOOST_REQUIRE(report.ok());
  BOOST_REQUIRE(report->first_bad.has_value());
  BOOST_TEST(report->first_bad->field == "checkpoint.signature");
}

BOOST_AUTO_TEST_CASE(the_keeper_signs_what_is_new_and_rotated_keys_sign_together) {
  TemporaryFolder folder;
  const fs::path keys = folder.path() / "keys";
  const fs::path store = folder.path() / "events";
  const auto run = [&](std::uint64_t from, std::uint64_t to) {
    const auto log = must_open(store);
    auto signers = open_audit_keys(keys, log->identity());
    BOOST_REQUIRE(signers.ok());
    CheckpointKeeperOptions options;
    options.interval = std::chrono::milliseconds(1);
    const CheckpointKeeper keeper(*log, *signers, options);
    fill(*log, from, to);
  };
  run(1, 20);
  BOOST_REQUIRE(rotate_audit_key(keys).ok());
  BOOST_TEST(!rotate_audit_key(keys).ok());
  run(21, 40);
  BOOST_REQUIRE(retire_audit_key(keys).ok());
  BOOST_TEST(!retire_audit_key(keys).ok());
  run(41, 60);
  AuditOptions options;
  options.keys = *read_verifiers(keys / "audit.pub");
  BOOST_TEST(options.keys.size() == 2u);
  const auto report = verify_store(store, options);
  BOOST_REQUIRE(report.ok());
  BOOST_TEST(!report->first_bad.has_value());
  BOOST_TEST(report->signed_up_to.at(0) == 60u);
  BOOST_TEST(report->checkpoints >= 3u);
  // Each key alone vouches for the time of the change.
  const std::string note = checkpoint_of(*must_open(store), 40);
  for (const NoteVerifier& key : options.keys) BOOST_TEST(verify_checkpoint(note, {key}).ok());
  fs::permissions(keys / "audit.key", fs::perms::others_read, fs::perm_options::add);
  BOOST_TEST(!open_audit_keys(keys, must_open(store)->identity()).ok());
}
