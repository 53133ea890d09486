// Datagrams as somebody may send them who knows the host's public key: raw bytes, initiations with
// any payload, and data packets with any counter.
#pragma once

#include <string_view>

#include "media/secure_channel.h"
#include "schemas/bounded_decode.h"

namespace rookery::fuzz {

// Of secure_channel.cc: the handshake is bound to it.
inline constexpr std::string_view kPrologue = "rookery media";

// A pair that is the same on every run, from a private key of this byte.
inline media::KeyPair fixed_pair(std::uint8_t fill) {
  media::Key32 key;
  key.fill(fill);
  return media::key_pair_of(key);
}

inline ByteWriter packet_header(media::PacketKind kind) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(kind)).u8(0).u8(0).u8(0);
  return out;
}

// An initiation that authenticates, whatever its payload says.
inline media::Bytes initiation(const media::Key32& host_public_key, media::BytesView payload) {
  const media::BytesView prologue(reinterpret_cast<const std::uint8_t*>(kPrologue.data()),
                                  kPrologue.size());
  auto handshake =
      media::NoiseHandshake::initiator(fixed_pair(2), host_public_key, prologue, fixed_pair(3));
  return packet_header(media::PacketKind::kInitiation)
      .u32(77)
      .bytes(handshake.write_first(payload))
      .release();
}

inline media::Bytes data_packet(const media::Key32& key, std::uint32_t receiver,
                                std::uint64_t counter, media::BytesView plain) {
  media::Bytes packet =
      packet_header(media::PacketKind::kData).u32(receiver).u64(counter).release();
  media::seal_with_counter(key, counter, {}, plain, packet);
  return packet;
}

// A u16 length and that many bytes, or as many as are left.
inline media::BytesView take_part(ByteReader& in) {
  const std::size_t size = in.u16();
  return in.take(std::min(size, in.remaining()));
}

// Writes what take_part() reads.
inline void put_part(ByteWriter& out, media::BytesView part) {
  out.u16(static_cast<std::uint16_t>(part.size())).bytes(part);
}

}  // namespace rookery::fuzz
