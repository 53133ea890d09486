#include "eventstore/envelope_codec.h"

#include <boost/test/unit_test.hpp>

#include "eventstore/leaf_hash.h"
#include "tests/unit/eventstore/hex_file.h"

using namespace rookery;
using namespace rookery::testing;

namespace {

EntityId entity(EntityKind kind, std::uint8_t fill) {
  std::array<std::uint8_t, 15> tail{};
  tail.fill(fill);
  return make_entity_id(kind, tail);
}

Id128 id_of(std::uint8_t fill) {
  Id128 id;
  id.bytes.fill(fill);
  return id;
}

// The envelope of tests/golden/envelope_v1.hex and of FORMAT.md's worked example.
Envelope example() {
  Envelope envelope;
  envelope.type = 0x030002;
  envelope.schema = 1;
  envelope.position = 0x0102030405060708;
  envelope.version = 9;
  envelope.epoch = 7;
  envelope.stream = entity(EntityKind::kPhone, 0xa1);
  envelope.provenance.principal = entity(EntityKind::kUser, 0xb2);
  envelope.provenance.command_id = id_of(0xc3);
  envelope.provenance.causation_id = id_of(0xd4);
  envelope.provenance.correlation_id = id_of(0xe5);
  envelope.provenance.wall_time_us = 1'700'000'000'123'456;
  envelope.payload = "hello";
  return envelope;
}

void check_equal(const Envelope& a, const Envelope& b) {
  BOOST_TEST(a.type == b.type);
  BOOST_TEST(a.schema == b.schema);
  BOOST_TEST(a.position == b.position);
  BOOST_TEST(a.version == b.version);
  BOOST_TEST(a.epoch == b.epoch);
  BOOST_TEST((a.stream == b.stream));
  BOOST_TEST((a.provenance.principal == b.provenance.principal));
  BOOST_TEST((a.provenance.command_id == b.provenance.command_id));
  BOOST_TEST((a.provenance.causation_id == b.provenance.causation_id));
  BOOST_TEST((a.provenance.correlation_id == b.provenance.correlation_id));
  BOOST_TEST(a.provenance.wall_time_us == b.provenance.wall_time_us);
  BOOST_TEST(a.payload == b.payload);
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_envelope_survives_its_bytes) {
  for (const std::string& payload : {std::string(), std::string("x"), std::string(70000, '\0')}) {
    Envelope envelope = example();
    envelope.payload = payload;
    envelope.provenance.wall_time_us = -5;
    const auto decoded = decode_envelope(encode_envelope(envelope));
    BOOST_REQUIRE(decoded.ok());
    check_equal(*decoded, envelope);
  }
}

BOOST_AUTO_TEST_CASE(the_golden_envelope_decodes_and_encodes_to_the_same_bytes) {
  const HexFile golden = read_hex_file("golden/envelope_v1.hex");
  const auto decoded = decode_envelope(golden.bytes);
  BOOST_REQUIRE(decoded.ok());
  check_equal(*decoded, example());
  BOOST_TEST(to_hex(encode_envelope(*decoded)) == to_hex(golden.bytes));
}

BOOST_AUTO_TEST_CASE(placing_afterwards_gives_the_same_bytes) {
  const Envelope envelope = example();
  std::string bytes = "before";
  append_unplaced_envelope(bytes, {envelope.type, envelope.schema, envelope.payload},
                           envelope.stream, envelope.provenance);
  BOOST_TEST(envelope_length(bytes.data() + 6) == bytes.size() - 6);
  BOOST_TEST(!decode_envelope(std::string_view(bytes).substr(6)).ok());
  place_envelope({bytes.data() + 6, bytes.size() - 6}, envelope.position, envelope.version,
                 envelope.epoch);
  BOOST_TEST(to_hex(bytes.substr(6)) == to_hex(encode_envelope(envelope)));
}

BOOST_AUTO_TEST_CASE(every_truncation_is_an_error) {
  const std::string bytes = encode_envelope(example());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    BOOST_TEST(!decode_envelope(std::string_view(bytes).substr(0, size)).ok(), size);
  }
  BOOST_TEST(!decode_envelope(bytes + '\0').ok());
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_an_error_with_a_reason) {
  const std::string bytes = encode_envelope(example());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto decoded = decode_envelope(flipped);
    BOOST_REQUIRE_MESSAGE(!decoded.ok(), "bit " << bit << " went unnoticed");
    BOOST_TEST(decoded.error().message.find("damaged") != std::string::npos);
  }
}

// FIPS 180-4's and RFC 6962's well-known values.
BOOST_AUTO_TEST_CASE(leaves_are_hashed_as_rfc_6962_says) {
  LeafHasher hasher;
  const auto hex = [](const Hash256& hash) {
    return to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
  };
  for (int again = 0; again < 2; ++again) {
    BOOST_TEST(hex(hasher.leaf("")) ==
               "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  }
  // SHA-256 of 64 zero bytes.
  BOOST_TEST(hex(hasher.chain(Hash256{}, Hash256{})) ==
             "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
}
