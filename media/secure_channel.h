// F8: sealed packets between a viewer and a host. Bit layout: PIPELINE.md.
//
// The viewer sends an initiation (its payload names a ticket), the host answers, and from the
// viewer's first data packet on, which proves that it holds the ticket's key, the channel is
// confirmed. Nothing here knows sockets or time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "media/noise.h"
#include "media/replay_window.h"
#include "schemas/ids.h"

namespace rookery::media {

inline constexpr std::size_t kPacketBytesMax = 1200;  // UDP payload; below every sane path's MTU
inline constexpr std::size_t kDataHeaderBytes = 16;
inline constexpr std::size_t kPlainBytesMax = kPacketBytesMax - kDataHeaderBytes - kTagBytes;
inline constexpr std::uint16_t kMediaProtocolVersion = 1;
// A key seals at most so many packets (as WireGuard, section 6.1); no session lives to send as
// many.
inline constexpr std::uint64_t kRejectAfterMessages = (std::uint64_t{1} << 60);

enum class PacketKind : std::uint8_t { kInitiation = 1, kResponse = 2, kData = 4 };

// Looks at a datagram's first byte and length only; nothing for what cannot be ours.
std::optional<PacketKind> packet_kind(BytesView packet);
// The index that says whom a response or data packet is for. The packet is of such a kind.
std::uint32_t receiver_index(BytesView packet);

// A channel whose keys are known.
class SecureChannel {
 public:
  SecureChannel(const TransportKeys& keys, std::uint32_t local_index, std::uint32_t remote_index);
  SecureChannel(const SecureChannel&) = delete;  // two would use the same nonces
  SecureChannel& operator=(const SecureChannel&) = delete;
  SecureChannel(SecureChannel&&) noexcept = default;
  SecureChannel& operator=(SecureChannel&&) noexcept = default;

  // `plain` has at most kPlainBytesMax bytes. Empty when the key is used up.
  Bytes seal(BytesView plain);
  // Nothing for a forged, damaged, replayed or foreign packet; the state is then unchanged.
  std::optional<Bytes> open(BytesView packet);

  std::uint32_t local_index() const { return local_index_; }
  std::uint32_t remote_index() const { return remote_index_; }
  // Counter of the packet that open() last accepted, and whether it is the newest so far: only such
  // a packet may move the peer's address (roaming).
  std::uint64_t opened_counter() const { return opened_counter_; }
  bool opened_newest() const { return opened_counter_ == window_.newest(); }
  std::uint64_t next_counter() const { return next_counter_; }

 private:
  TransportKeys keys_;
  std::uint32_t local_index_;
  std::uint32_t remote_index_;
  std::uint64_t next_counter_ = 0;
  std::uint64_t opened_counter_ = 0;
  ReplayWindow window_;
};

// The viewer's side of the handshake. A retry sends initiation() again, the same bytes; it is empty
// when the host's public key is none.
class ChannelInitiator {
 public:
  ChannelInitiator(const KeyPair& own, const Key32& host_public_key, const Id128& ticket,
                   const Key32& ticket_key, std::uint32_t local_index);
  ~ChannelInitiator();
  ChannelInitiator(const ChannelInitiator&) = delete;
  ChannelInitiator& operator=(const ChannelInitiator&) = delete;

  const Bytes& initiation() const { return initiation_; }
  // The response to our initiation; nothing for anything else (which may be a forgery: go on).
  std::optional<SecureChannel> read_response(BytesView packet) const;

 private:
  NoiseHandshake handshake_;
  Key32 ticket_key_;
  std::uint32_t local_index_;
  Bytes initiation_;
};

// The host's side, for one datagram: who asks, and the answer once the ticket's key is known.
class ChannelResponder {
 public:
  // Nothing when the initiation is not for this host's key, or of another protocol version.
  static std::optional<ChannelResponder> read_initiation(const KeyPair& own, BytesView packet);

  const Id128& ticket() const { return ticket_; }
  const Key32& viewer_public_key() const { return handshake_.remote_static(); }

  struct Answer {
    Bytes response;
    SecureChannel channel;  // not confirmed before it opens its first packet
  };
  Answer answer(const Key32& ticket_key, std::uint32_t local_index);

 private:
  ChannelResponder(NoiseHandshake handshake, const Id128& ticket, std::uint32_t remote_index)
      : handshake_(std::move(handshake)), ticket_(ticket), remote_index_(remote_index) {}

  NoiseHandshake handshake_;
  Id128 ticket_;
  std::uint32_t remote_index_;
};

}  // namespace rookery::media
