// Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b (Noise Protocol Framework, revision 34) on libsodium.
//
//   IKpsk2:  <- s  …  -> e, es, s, ss    <- e, ee, se, psk
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "media/key_pair.h"

namespace rookery::media {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;
using Hash64 = std::array<std::uint8_t, 64>;  // BLAKE2b-512

inline constexpr std::size_t kTagBytes = 16;
// What the handshake adds to its two payloads.
inline constexpr std::size_t kFirstMessageOverheadBytes = 32 + 32 + kTagBytes + kTagBytes;
inline constexpr std::size_t kSecondMessageOverheadBytes = 32 + kTagBytes;

// Wiped when it goes.
struct TransportKeys {
  Key32 send{};
  Key32 receive{};
  ~TransportKeys();
};

// One handshake, one side. Secrets are wiped when it goes. After a failed read it must be dropped.
class NoiseHandshake {
 public:
  // `ephemeral` only for test vectors; else a fresh one is made.
  static NoiseHandshake initiator(const KeyPair& own, const Key32& responder_static,
                                  BytesView prologue, std::optional<KeyPair> ephemeral = {});
  static NoiseHandshake responder(const KeyPair& own, BytesView prologue,
                                  std::optional<KeyPair> ephemeral = {});
  NoiseHandshake(const NoiseHandshake&) = default;
  NoiseHandshake& operator=(const NoiseHandshake&) = default;
  ~NoiseHandshake();

  // -> e, es, s, ss. Empty when the responder's key is of low order and would keep no secret.
  Bytes write_first(BytesView payload);
  std::optional<Bytes> read_first(BytesView message);
  // <- e, ee, se, psk. The responder learns from the first payload which psk it is.
  Bytes write_second(BytesView payload, const Key32& psk);
  std::optional<Bytes> read_second(BytesView message, const Key32& psk);

  // After both messages.
  TransportKeys split() const;
  const Hash64& handshake_hash() const { return hash_; }
  const Key32& remote_static() const { return remote_static_; }

 private:
  NoiseHandshake(const KeyPair& own, bool initiator, const Key32& responder_static,
                 BytesView prologue, std::optional<KeyPair> ephemeral);

  void mix_hash(BytesView bytes);
  void mix_key(BytesView input);
  void mix_key_and_hash(const Key32& psk);
  bool mix_shared(const Key32& private_key, const Key32& public_key);
  Bytes encrypt_and_hash(BytesView plain);
  std::optional<Bytes> decrypt_and_hash(BytesView sealed);

  bool initiator_;
  KeyPair own_;
  KeyPair ephemeral_;
  Key32 remote_static_{};
  Key32 remote_ephemeral_{};
  Hash64 chaining_key_{};
  Hash64 hash_{};
  Key32 key_{};
  std::uint64_t nonce_ = 0;
};

// ChaCha20-Poly1305 (RFC 8439) with Noise's nonce: 4 zero bytes, then the counter, little-endian.
void seal_with_counter(const Key32& key, std::uint64_t counter, BytesView associated,
                       BytesView plain, Bytes& out);
// False: forged or damaged. Appends to `out` only when true.
bool open_with_counter(const Key32& key, std::uint64_t counter, BytesView associated,
                       BytesView sealed, Bytes& out);

}  // namespace rookery::media
