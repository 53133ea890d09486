// Bytes of everything else that is stored: snapshots, checkpoints. Written once, never changed.
#include <boost/test/unit_test.hpp>

#include "eventstore/checkpoint.h"
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
