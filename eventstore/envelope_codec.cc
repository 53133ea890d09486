#include "eventstore/envelope_codec.h"

#include <isa-l/crc.h>

#include <array>
#include <concepts>
#include <cstring>

#include "schemas/bounded_decode.h"

namespace rookery {
namespace {

// Offsets of the header's fields; FORMAT.md has the whole table.
constexpr std::size_t kLayoutAt = 4;
constexpr std::size_t kSchemaAt = 6;
constexpr std::size_t kTypeAt = 8;
constexpr std::size_t kPayloadLengthAt = 12;
constexpr std::size_t kChecksumAt = 16;
constexpr std::size_t kPositionAt = 24;
constexpr std::size_t kVersionAt = 32;
constexpr std::size_t kEpochAt = 40;
constexpr std::size_t kWallTimeAt = 48;
constexpr std::size_t kStreamAt = 56;
constexpr std::size_t kPrincipalAt = 72;
constexpr std::size_t kCommandIdAt = 88;
constexpr std::size_t kCausationIdAt = 104;
constexpr std::size_t kCorrelationIdAt = 120;
static_assert(kCorrelationIdAt + 16 == kEnvelopeHeaderBytes);

template <std::unsigned_integral T>
void put(char* at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) at[i] = static_cast<char>(value >> (8 * i));
}

void put(char* at, const std::array<std::uint8_t, 16>& id) { std::memcpy(at, id.data(), 16); }

std::uint32_t get_u32(const char* at) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = (value << 8) | static_cast<std::uint8_t>(at[i]);
  return value;
}

std::uint32_t extend_crc32c(std::uint32_t state, const char* bytes, std::size_t size) {
  auto* begin = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes));  // isa-l only reads
  return crc32_iscsi(begin, static_cast<int>(size), state);
}

// CRC-32C (RFC 3720) over everything but the checksum's own four bytes.
std::uint32_t checksum(std::string_view envelope) {
  constexpr std::size_t kAfter = kChecksumAt + 4;
  std::uint32_t state = extend_crc32c(~0u, envelope.data(), kChecksumAt);
  state = extend_crc32c(state, envelope.data() + kAfter, envelope.size() - kAfter);
  return ~state;
}

Error damaged(const std::string& what) {
  return Error{"stored event is damaged: " + what + "; restore the store from a copy"};
}

}  // namespace

void append_unplaced_envelope(std::string& out, const EncodedEvent& event, const EntityId& stream,
                              const Provenance& provenance) {
  const std::size_t start = out.size();
  out.resize(start + kEnvelopeHeaderBytes);
  char* header = out.data() + start;
  std::memcpy(header, kEnvelopeMagic.data(), kEnvelopeMagic.size());
  put(header + kLayoutAt, kEnvelopeLayout);
  put(header + kSchemaAt, event.schema);
  put(header + kTypeAt, event.type);
  put(header + kPayloadLengthAt, static_cast<std::uint32_t>(event.payload.size()));
  put(header + kWallTimeAt, static_cast<std::uint64_t>(provenance.wall_time_us));
  put(header + kStreamAt, stream.bytes);
  put(header + kPrincipalAt, provenance.principal.bytes);
  put(header + kCommandIdAt, provenance.command_id.bytes);
  put(header + kCausationIdAt, provenance.causation_id.bytes);
  put(header + kCorrelationIdAt, provenance.correlation_id.bytes);
  out += event.payload;
}

std::size_t envelope_length(const char* bytes) {
  return kEnvelopeHeaderBytes + get_u32(bytes + kPayloadLengthAt);
}

void place_envelope(std::span<char> envelope, std::uint64_t position, std::uint64_t version,
                    std::uint64_t epoch) {
  put(envelope.data() + kPositionAt, position);
  put(envelope.data() + kVersionAt, version);
  put(envelope.data() + kEpochAt, epoch);
  put(envelope.data() + kChecksumAt, checksum({envelope.data(), envelope.size()}));
}

std::string encode_envelope(const Envelope& envelope) {
  std::string bytes;
  bytes.reserve(kEnvelopeHeaderBytes + envelope.payload.size());
  append_unplaced_envelope(bytes, {envelope.type, envelope.schema, envelope.payload},
                           envelope.stream, envelope.provenance);
  place_envelope(bytes, envelope.position, envelope.version, envelope.epoch);
  return bytes;
}

Status decode_envelope(std::string_view bytes, Envelope& out) {
  if (bytes.size() < kEnvelopeHeaderBytes) return damaged("shorter than its header");
  if (bytes.substr(0, kEnvelopeMagic.size()) != kEnvelopeMagic) return damaged("wrong magic");
  ByteReader reader({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  reader.take(kEnvelopeMagic.size());
  const std::uint16_t layout = reader.u16();
  out.schema = reader.u16();
  out.type = reader.u32();
  const std::uint32_t payload_length = reader.u32();
  const std::uint32_t stored_checksum = reader.u32();
  const std::uint32_t reserved = reader.u32();
  if (payload_length != bytes.size() - kEnvelopeHeaderBytes) return damaged("wrong length");
  if (stored_checksum != checksum(bytes)) return damaged("wrong checksum");
  // Only after the checksum: a flipped bit must not pass for a newer format.
  if (layout != kEnvelopeLayout || reserved != 0) {
    return Error{"stored event has layout " + std::to_string(layout) +
                 ", newer than this build; use a newer one"};
  }
  out.position = reader.u64();
  out.version = reader.u64();
  out.epoch = reader.u64();
  out.provenance.wall_time_us = reader.i64();
  out.stream.bytes = reader.array<16>();
  out.provenance.principal.bytes = reader.array<16>();
  out.provenance.command_id.bytes = reader.array<16>();
  out.provenance.causation_id.bytes = reader.array<16>();
  out.provenance.correlation_id.bytes = reader.array<16>();
  out.payload.assign(bytes.substr(kEnvelopeHeaderBytes));
  return Done{};
}

Result<Envelope> decode_envelope(std::string_view bytes) {
  Envelope envelope;
  if (auto status = decode_envelope(bytes, envelope); !status) return status.error();
  return envelope;
}

}  // namespace rookery
