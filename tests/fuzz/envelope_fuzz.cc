// Stored events, as a damaged disk or another node may hand them over.
#include "eventstore/envelope_codec.h"
#include "schemas/bounded_decode.h"
#include "tests/fuzz/target.h"

using namespace rookery;

namespace {

constexpr std::size_t kPayloadLengthAt = 12;
constexpr std::size_t kPositionAt = 24;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool check(const std::string& stored) {
  const auto decoded = decode_envelope(stored);
  Envelope reused;
  reused.payload = "of an earlier event";
  fuzz::require(decode_envelope(stored, reused).ok() == decoded.ok(), "both decoders agree");
  if (!decoded) return false;
  fuzz::require(encode_envelope(*decoded) == stored, "an envelope has one encoding");
  fuzz::require(encode_envelope(reused) == stored, "a reused envelope keeps nothing");
  return true;
}

// A fuzzer finds no checksum by chance: here length and checksum are made right.
void check_repaired(std::string stored) {
  if (stored.size() < kEnvelopeHeaderBytes) return;
  const auto length = static_cast<std::uint32_t>(stored.size() - kEnvelopeHeaderBytes);
  for (std::size_t i = 0; i < 4; ++i) {
    stored[kPayloadLengthAt + i] = static_cast<char>(length >> (8 * i));
  }
  ByteReader place(bytes_of(stored).subspan(kPositionAt, 24));
  const std::uint64_t position = place.u64();
  const std::uint64_t version = place.u64();
  place_envelope(stored, position, version, place.u64());
  if (!check(stored)) return;
  stored[stored.size() - 1] = static_cast<char>(stored[stored.size() - 1] ^ 1);
  fuzz::require(!decode_envelope(stored).ok(), "a flipped bit is seen");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string stored(reinterpret_cast<const char*>(bytes), size);
  check(stored);
  check_repaired(stored);
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  Envelope envelope;
  envelope.type = 0x030002;
  envelope.schema = 1;
  envelope.position = 0x0102030405060708;
  envelope.version = 9;
  envelope.epoch = 7;
  envelope.stream.bytes.fill(3);
  envelope.provenance.principal.bytes.fill(2);
  envelope.provenance.wall_time_us = 1'700'000'000'123'456;
  std::vector<Seed> out;
  for (const auto& [name, payload] : {std::pair("with_payload", "hello"), {"empty_payload", ""}}) {
    envelope.payload = payload;
    const std::string stored = encode_envelope(envelope);
    out.push_back({name, {stored.begin(), stored.end()}});
  }
  return out;
}
