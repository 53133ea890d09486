#include "media/secure_channel.h"

#include <sodium.h>

#include <utility>

#include "schemas/bounded_decode.h"

namespace rookery::media {
namespace {

// Binds a handshake to this protocol: another one's messages cannot be replayed here.
constexpr std::uint8_t kPrologue[] = {'r', 'o', 'o', 'k', 'e', 'r', 'y',
                                      ' ', 'm', 'e', 'd', 'i', 'a'};
constexpr std::size_t kInitiationHeaderBytes = 8;  // kind, 3 reserved, sender index
constexpr std::size_t kResponseHeaderBytes = 12;   // kind, 3 reserved, sender, receiver index
constexpr std::size_t kTicketPayloadBytes = 18;    // protocol version u16, ticket
constexpr std::size_t kInitiationBytes =
    kInitiationHeaderBytes + kFirstMessageOverheadBytes + kTicketPayloadBytes;
constexpr std::size_t kResponseBytes = kResponseHeaderBytes + kSecondMessageOverheadBytes;

ByteWriter header(PacketKind kind) {
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(kind)).u8(0).u8(0).u8(0);
  return writer;
}

}  // namespace

std::optional<PacketKind> packet_kind(BytesView packet) {
  if (packet.size() < kResponseHeaderBytes || packet.size() > kPacketBytesMax) return std::nullopt;
  if (packet[1] != 0 || packet[2] != 0 || packet[3] != 0) return std::nullopt;
  switch (packet[0]) {
    case 1:
      if (packet.size() != kInitiationBytes) return std::nullopt;
      return PacketKind::kInitiation;
    case 2:
      if (packet.size() != kResponseBytes) return std::nullopt;
      return PacketKind::kResponse;
    case 4:
      if (packet.size() < kDataHeaderBytes + kTagBytes) return std::nullopt;
      return PacketKind::kData;
    default:
      return std::nullopt;
  }
}

std::uint32_t receiver_index(BytesView packet) {
  // A response names its sender first.
  ByteReader reader(packet.subspan(packet[0] == 2 ? 8 : 4));
  return reader.u32();
}

SecureChannel::SecureChannel(const TransportKeys& keys, std::uint32_t local_index,
                             std::uint32_t remote_index)
    : keys_(keys), local_index_(local_index), remote_index_(remote_index) {}

Bytes SecureChannel::seal(BytesView plain) {
  if (next_counter_ >= kRejectAfterMessages || plain.size() > kPlainBytesMax) return {};
  Bytes packet = header(PacketKind::kData).u32(remote_index_).u64(next_counter_).release();
  packet.reserve(kDataHeaderBytes + plain.size() + kTagBytes);
  seal_with_counter(keys_.send, next_counter_++, {}, plain, packet);
  return packet;
}

std::optional<Bytes> SecureChannel::open(BytesView packet) {
  if (packet_kind(packet) != PacketKind::kData) return std::nullopt;
  ByteReader reader(packet.subspan(4));
  if (reader.u32() != local_index_) return std::nullopt;
  const std::uint64_t counter = reader.u64();
  if (counter >= kRejectAfterMessages) return std::nullopt;
  Bytes plain;
  if (!open_with_counter(keys_.receive, counter, {}, reader.rest(), plain)) return std::nullopt;
  if (!window_.accept(counter)) return std::nullopt;
  opened_counter_ = counter;
  return plain;
}

ChannelInitiator::ChannelInitiator(const KeyPair& own, const Key32& host_public_key,
                                   const Id128& ticket, const Key32& ticket_key,
                                   std::uint32_t local_index)
    : handshake_(NoiseHandshake::initiator(own, host_public_key, kPrologue)),
      ticket_key_(ticket_key),
      local_index_(local_index) {
  const Bytes payload = ByteWriter().u16(kMediaProtocolVersion).bytes(ticket.bytes).release();
  const Bytes message = handshake_.write_first(payload);
  if (message.empty()) return;
  initiation_ = header(PacketKind::kInitiation).u32(local_index).bytes(message).release();
}

ChannelInitiator::~ChannelInitiator() { sodium_memzero(ticket_key_.data(), ticket_key_.size()); }

std::optional<SecureChannel> ChannelInitiator::read_response(BytesView packet) const {
  if (packet_kind(packet) != PacketKind::kResponse) return std::nullopt;
  ByteReader reader(packet.subspan(4));
  const std::uint32_t remote_index = reader.u32();
  if (reader.u32() != local_index_) return std::nullopt;
  // On a copy: a forged response must not spoil the handshake for the true one.
  NoiseHandshake handshake = handshake_;
  if (!handshake.read_second(reader.rest(), ticket_key_)) return std::nullopt;
  return SecureChannel(handshake.split(), local_index_, remote_index);
}

std::optional<ChannelResponder> ChannelResponder::read_initiation(const KeyPair& own,
                                                                  BytesView packet) {
  if (packet_kind(packet) != PacketKind::kInitiation) return std::nullopt;
  ByteReader reader(packet.subspan(4));
  const std::uint32_t remote_index = reader.u32();
  NoiseHandshake handshake = NoiseHandshake::responder(own, kPrologue);
  const auto payload = handshake.read_first(reader.rest());
  if (!payload) return std::nullopt;
  ByteReader content(*payload);
  if (content.u16() != kMediaProtocolVersion) return std::nullopt;
  const Id128 ticket{content.array<16>()};
  if (!content.done()) return std::nullopt;
  return ChannelResponder(std::move(handshake), ticket, remote_index);
}

ChannelResponder::Answer ChannelResponder::answer(const Key32& ticket_key,
                                                  std::uint32_t local_index) {
  const Bytes message = handshake_.write_second({}, ticket_key);
  Bytes response =
      header(PacketKind::kResponse).u32(local_index).u32(remote_index_).bytes(message).release();
  return {std::move(response), SecureChannel(handshake_.split(), local_index, remote_index_)};
}

}  // namespace rookery::media
