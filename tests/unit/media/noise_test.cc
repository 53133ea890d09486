#include "media/noise.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <string>

#include "tests/hex.h"

namespace rookery::media {
namespace {

// The published vector: names and bytes.
class Vector {
 public:
  Vector() {
    std::ifstream file(ROOKERY_TESTS "/golden/noise_ikpsk2.txt");
    std::string name;
    std::string hex;
    while (file >> name) {
      if (name == "#") {
        std::getline(file, hex);
      } else if (file >> hex) {
        fields_[name] = from_hex(hex);
      }
    }
  }
  Bytes bytes(const std::string& name) const { return fields_.at(name); }
  Key32 key(const std::string& name) const {
    Key32 key{};
    std::ranges::copy(fields_.at(name), key.begin());
    return key;
  }
  NoiseHandshake initiator() const {
    return NoiseHandshake::initiator(key_pair_of(key("init_static")), key("resp_public"),
                                     bytes("prologue"), key_pair_of(key("init_ephemeral")));
  }
  NoiseHandshake responder() const {
    return NoiseHandshake::responder(key_pair_of(key("resp_static")), bytes("prologue"),
                                     key_pair_of(key("resp_ephemeral")));
  }

 private:
  std::map<std::string, Bytes> fields_;
};

const Vector& vector() {
  static const Vector vector;
  return vector;
}

BOOST_AUTO_TEST_SUITE(noise)

BOOST_AUTO_TEST_CASE(speaks_the_published_handshake) {
  NoiseHandshake initiator = vector().initiator();
  NoiseHandshake responder = vector().responder();

  const Bytes first = initiator.write_first(vector().bytes("payload0"));
  BOOST_TEST(to_hex(first) == to_hex(vector().bytes("ciphertext0")));
  const auto first_payload = responder.read_first(first);
  BOOST_REQUIRE(first_payload.has_value());
  BOOST_TEST(to_hex(*first_payload) == to_hex(vector().bytes("payload0")));
  BOOST_TEST((responder.remote_static() == key_pair_of(vector().key("init_static")).public_key));

  const Bytes second = responder.write_second(vector().bytes("payload1"), vector().key("psk"));
  BOOST_TEST(to_hex(second) == to_hex(vector().bytes("ciphertext1")));
  const auto second_payload = initiator.read_second(second, vector().key("psk"));
  BOOST_REQUIRE(second_payload.has_value());
  BOOST_TEST(to_hex(*second_payload) == to_hex(vector().bytes("payload1")));

  BOOST_TEST(to_hex(initiator.handshake_hash()) == to_hex(vector().bytes("handshake_hash")));
  BOOST_TEST(to_hex(responder.handshake_hash()) == to_hex(vector().bytes("handshake_hash")));
}

BOOST_AUTO_TEST_CASE(seals_the_published_transport_messages) {
  NoiseHandshake initiator = vector().initiator();
  NoiseHandshake responder = vector().responder();
  BOOST_REQUIRE(responder.read_first(initiator.write_first(vector().bytes("payload0"))));
  BOOST_REQUIRE(
      initiator.read_second(responder.write_second(vector().bytes("payload1"), vector().key("psk")),
                            vector().key("psk")));
  const TransportKeys ours = initiator.split();
  const TransportKeys theirs = responder.split();
  for (std::uint64_t message = 2; message < 6; ++message) {
    const bool from_initiator = message % 2 == 0;
    const std::uint64_t counter = message / 2 - 1;
    const Bytes plain = vector().bytes("payload" + std::to_string(message));
    Bytes sealed;
    seal_with_counter((from_initiator ? ours : theirs).send, counter, {}, plain, sealed);
    const std::string expected = to_hex(vector().bytes("ciphertext" + std::to_string(message)));
    BOOST_TEST(to_hex(sealed) == expected);
    Bytes opened;
    BOOST_TEST(
        open_with_counter((from_initiator ? theirs : ours).receive, counter, {}, sealed, opened));
    BOOST_TEST(to_hex(opened) == to_hex(plain));
  }
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_of_the_first_message_is_noticed) {
  const Bytes good = vector().bytes("ciphertext0");
  BOOST_REQUIRE(vector().responder().read_first(good));
  // Bit 255 too: X25519 masks it (RFC 7748), but it is in the transcript.
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    BOOST_TEST(!vector().responder().read_first(bad), "bit " << bit << " was not noticed");
  }
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  const Bytes first = vector().bytes("ciphertext0");
  const Bytes second = vector().bytes("ciphertext1");
  for (std::size_t size = 0; size < first.size(); ++size) {
    BOOST_TEST(!vector().responder().read_first(BytesView(first).first(size)));
  }
  NoiseHandshake written = vector().initiator();
  written.write_first(vector().bytes("payload0"));
  for (std::size_t size = 0; size < second.size(); ++size) {
    NoiseHandshake initiator = written;
    BOOST_TEST(!initiator.read_second(BytesView(second).first(size), vector().key("psk")));
  }
}

BOOST_AUTO_TEST_CASE(another_psk_prologue_or_responder_is_refused) {
  NoiseHandshake initiator = vector().initiator();
  initiator.write_first(vector().bytes("payload0"));
  Key32 psk = vector().key("psk");
  psk[0] ^= 1;
  BOOST_TEST(!initiator.read_second(vector().bytes("ciphertext1"), psk));

  const KeyPair own = key_pair_of(vector().key("resp_static"));
  const Bytes first = vector().bytes("ciphertext0");
  BOOST_TEST(!NoiseHandshake::responder(own, Bytes{1}).read_first(first));
  BOOST_TEST(
      !NoiseHandshake::responder(make_key_pair(), vector().bytes("prologue")).read_first(first));
}

BOOST_AUTO_TEST_CASE(keys_of_low_order_are_refused) {
  // The points of order 1 and 2 (RFC 7748, section 7): every secret shared with them is zero.
  for (const std::uint8_t low : {0, 1}) {
    Key32 point{};
    point[0] = low;
    BOOST_TEST(NoiseHandshake::initiator(make_key_pair(), point, {}).write_first({}).empty());
    Bytes first = vector().bytes("ciphertext0");
    std::ranges::copy(point, first.begin());
    BOOST_TEST(!vector().responder().read_first(first));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
