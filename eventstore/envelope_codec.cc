#include "eventstore/envelope_codec.h"

#include <isa-l/crc.h>

#include <cstring>

#include "schemas/bounded_decode.h"

namespace rookery {
namespace {

// Embedded in stored data: never change these.
constexpr std::uint32_t kMagic = 0x56454b52;  // "RKEV"
constexpr std::uint16_t kHeaderVersion = 1;
constexpr std::size_t kChecksumOffset = 16;
constexpr std::size_t kPositionOffset = 24;

// CRC-32C (Castagnoli, RFC 3720) over the bytes with the checksum's own field taken as zero.
std::uint32_t checksum(std::string_view stored) {
  // isa-l only reads; its parameter lacks the const.
  auto* bytes = reinterpret_cast<unsigned char*>(const_cast<char*>(stored.data()));  // NOLINT
  unsigned char zero[4] = {};
  std::uint32_t crc = crc32_iscsi(bytes, kChecksumOffset, 0xffffffff);
  crc = crc32_iscsi(zero, sizeof zero, crc);
  const std::size_t after = kChecksumOffset + sizeof zero;
  crc = crc32_iscsi(bytes + after, static_cast<int>(stored.size() - after), crc);
  return ~crc;
}

void put(std::string& stored, std::size_t offset, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) stored[offset + i] = static_cast<char>(value >> (8 * i));
}

}  // namespace

std::string encode_envelope(const Envelope& envelope) {
  std::string stored(kEnvelopeHeaderBytes, '\0');
  put(stored, 0, kMagic, 4);
  put(stored, 4, kHeaderVersion, 2);
  put(stored, 6, envelope.schema, 2);
  put(stored, 8, envelope.type, 4);
  put(stored, 12, envelope.payload.size(), 4);
  const Provenance& provenance = envelope.provenance;
  put(stored, 48, static_cast<std::uint64_t>(provenance.wall_time_us), 8);
  std::memcpy(stored.data() + 56, envelope.stream.bytes.data(), 16);
  std::memcpy(stored.data() + 72, provenance.principal.bytes.data(), 16);
  std::memcpy(stored.data() + 88, provenance.command_id.bytes.data(), 16);
  std::memcpy(stored.data() + 104, provenance.causation_id.bytes.data(), 16);
  std::memcpy(stored.data() + 120, provenance.correlation_id.bytes.data(), 16);
  stored += envelope.payload;
  seal_envelope(stored, envelope.position, envelope.version, envelope.epoch);
  return stored;
}

void seal_envelope(std::string& stored, std::uint64_t position, std::uint64_t version,
                   std::uint64_t epoch) {
  put(stored, kPositionOffset, position, 8);
  put(stored, kPositionOffset + 8, version, 8);
  put(stored, kPositionOffset + 16, epoch, 8);
  put(stored, kChecksumOffset, checksum(stored), 4);
}

Result<Envelope> decode_envelope(std::string_view stored) {
  if (stored.size() < kEnvelopeHeaderBytes) return Error{"envelope: shorter than its header"};
  ByteReader reader({reinterpret_cast<const std::uint8_t*>(stored.data()), stored.size()});
  if (reader.u32() != kMagic) return Error{"envelope: wrong magic"};
  const std::uint16_t header_version = reader.u16();
  if (header_version != kHeaderVersion) {
    return Error{"envelope: header version " + std::to_string(header_version) +
                 " is unknown to this build: use a newer one"};
  }
  Envelope envelope;
  envelope.schema = reader.u16();
  envelope.type = reader.u32();
  const std::uint32_t payload_bytes = reader.u32();
  if (payload_bytes != stored.size() - kEnvelopeHeaderBytes) {
    return Error{"envelope: payload length does not fit the stored bytes"};
  }
  if (reader.u32() != checksum(stored)) return Error{"envelope: checksum does not fit"};
  if (reader.u32() != 0) return Error{"envelope: reserved field is not zero"};
  envelope.position = reader.u64();
  envelope.version = reader.u64();
  envelope.epoch = reader.u64();
  Provenance& provenance = envelope.provenance;
  provenance.wall_time_us = reader.i64();
  envelope.stream.bytes = reader.array<16>();
  provenance.principal.bytes = reader.array<16>();
  provenance.command_id.bytes = reader.array<16>();
  provenance.causation_id.bytes = reader.array<16>();
  provenance.correlation_id.bytes = reader.array<16>();
  const auto payload = reader.rest();
  envelope.payload.assign(reinterpret_cast<const char*>(payload.data()), payload.size());
  return envelope;
}

}  // namespace rookery
