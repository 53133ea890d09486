// Bytes of everything else that is stored: snapshots, checkpoints, archives. Written once, never
// changed.
#include <boost/test/unit_test.hpp>

#include "eventstore/archive_segment.h"
#include "eventstore/checkpoint.h"
#include "eventstore/envelope_codec.h"
#include "eventstore/snapshot.h"
#include "tests/unit/eventstore/hex_file.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

std::string golden_bytes(const std::string& name, const std::string& title,
                         const std::string& bytes) {
  const std::string path = "golden/" + name;
  if (golden_writing_wanted()) write_new_hex_file(path, {{title}, bytes});
  return read_hex_file(path).bytes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(golden_snapshot_decodes_and_encodes_to_the_same_bytes) {
  Snapshot snapshot;
  snapshot.stream = make_entity_id(EntityKind::kPhone, {1, 2, 3});
  snapshot.version = 0x0102030405060708;
  snapshot.epoch = 9;
  snapshot.schema = 1;
  snapshot.reducer = 0x1112131415161718;
  snapshot.phase = "Running";
  snapshot.state = "the state";
  snapshot.state_hash = hash_of_state(snapshot.phase, snapshot.state);
  const std::string golden =
      golden_bytes("snapshot_v1.hex", "snapshot layout 1", encode_snapshot(snapshot));
  BOOST_TEST(to_hex(encode_snapshot(snapshot)) == to_hex(golden));
  const auto decoded = decode_snapshot(snapshot.stream, snapshot.version, golden);
  BOOST_REQUIRE(decoded.ok());
  BOOST_TEST((*decoded == snapshot));
}

BOOST_AUTO_TEST_CASE(golden_checkpoint_verifies_and_signs_to_the_same_bytes) {
  const auto signer =
      NoteSigner::from_seed("rookery.local/golden", NoteKeyKind::kEd25519, {1, 2, 3});
  const Checkpoint checkpoint{checkpoint_origin("rookery.local/golden", 3), {1000, {4, 5, 6}}};
  const std::string note = sign_checkpoint(checkpoint, {signer});
  const std::string golden = golden_bytes("checkpoint_v1.hex", "checkpoint, a signed note", note);
  BOOST_TEST(note == golden);
  const auto verified = verify_checkpoint(golden, {signer.verifier()});
  BOOST_REQUIRE(verified.ok());
  BOOST_TEST(verified->checkpoint.origin == checkpoint.origin);
  BOOST_TEST((verified->checkpoint.head == checkpoint.head));
}

// Another zstd may pack otherwise: only what is read is held to the golden bytes.
BOOST_AUTO_TEST_CASE(golden_archive_segment_verifies_and_holds_its_events) {
  const auto signer =
      NoteSigner::from_seed("rookery.local/golden", NoteKeyKind::kEd25519, {1, 2, 3});
  Envelope event;
  event.type = 0x030001;
  event.schema = 1;
  event.epoch = 7;
  std::vector<std::string> envelopes;
  for (std::uint8_t i = 1; i <= 5; ++i) {
    event.stream = make_entity_id(EntityKind::kPhone, {static_cast<std::uint8_t>((i + 1) / 2)});
    event.version = 2 - i % 2;
    event.position = 100 + i;
    event.payload = "event " + std::to_string(i);
    envelopes.push_back(encode_envelope(event));
  }
  SegmentHead head;
  head.identity = "000102030405060708090a0b0c0d0e0f";
  head.shard = 3;
  head.number = 12;
  const std::string golden = golden_bytes("archive_segment_v1.hex", "archive segment layout 1",
                                          build_segment(head, envelopes, {signer}));
  const auto segment = ArchiveSegment::open(
      [&](std::uint64_t offset, std::size_t size) -> Result<std::string> {
        return golden.substr(offset, size);
      },
      golden.size());
  BOOST_REQUIRE_MESSAGE(segment.ok(), (segment.ok() ? "" : segment.error().message));
  BOOST_TEST(segment->head().identity == head.identity);
  BOOST_TEST(segment->head().shard == 3u);
  BOOST_TEST(segment->head().number == 12u);
  BOOST_TEST(segment->head().first_position == 101u);
  BOOST_TEST(segment->head().last_position == 105u);
  std::vector<std::string> found;
  const auto verified = segment->verify({signer.verifier()}, [&](const auto& one) -> Status {
    found.emplace_back(one.envelope);
    return Done{};
  });
  BOOST_TEST(verified.ok());
  BOOST_TEST((found == envelopes));
}
