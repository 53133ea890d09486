#include "media/noise.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace rookery::media {
namespace {

constexpr std::string_view kProtocolName = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b";
constexpr std::size_t kBlockBytes = 128;  // BLAKE2b's, for HMAC (RFC 2104)

Hash64 blake2b(BytesView first, BytesView second) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 64);
  crypto_generichash_update(&state, first.data(), first.size());
  crypto_generichash_update(&state, second.data(), second.size());
  Hash64 out;
  crypto_generichash_final(&state, out.data(), out.size());
  return out;
}

// HMAC-BLAKE2b-512; a key here is a 64-byte chaining key or hash, shorter than a block.
Hash64 hmac(BytesView key, BytesView message) {
  std::array<std::uint8_t, kBlockBytes> inner_pad{};
  std::array<std::uint8_t, kBlockBytes> outer_pad{};
  std::copy(key.begin(), key.end(), inner_pad.begin());
  std::copy(key.begin(), key.end(), outer_pad.begin());
  for (auto& byte : inner_pad) byte ^= 0x36;
  for (auto& byte : outer_pad) byte ^= 0x5c;
  const Hash64 out = blake2b(outer_pad, blake2b(inner_pad, message));
  sodium_memzero(inner_pad.data(), inner_pad.size());
  sodium_memzero(outer_pad.data(), outer_pad.size());
  return out;
}

// Noise's HKDF, section 4.3: `count` outputs of 64 bytes.
std::array<Hash64, 3> derive(const Hash64& chaining_key, BytesView input, int count) {
  Hash64 temporary = hmac(chaining_key, input);
  std::array<Hash64, 3> out{};
  std::array<std::uint8_t, 65> block{};
  for (int i = 0; i < count; ++i) {
    if (i > 0) std::copy(out[i - 1].begin(), out[i - 1].end(), block.begin());
    const std::size_t offset = i > 0 ? 64 : 0;
    block[offset] = static_cast<std::uint8_t>(i + 1);
    out[i] = hmac(temporary, BytesView(block.data(), offset + 1));
  }
  sodium_memzero(temporary.data(), temporary.size());
  sodium_memzero(block.data(), block.size());
  return out;
}

Key32 first_half(const Hash64& hash) {
  Key32 key;
  std::copy_n(hash.begin(), key.size(), key.begin());
  return key;
}

std::array<std::uint8_t, 12> nonce_of(std::uint64_t counter) {
  std::array<std::uint8_t, 12> nonce{};
  for (int i = 0; i < 8; ++i) nonce[4 + i] = static_cast<std::uint8_t>(counter >> (8 * i));
  return nonce;
}

}  // namespace

void seal_with_counter(const Key32& key, std::uint64_t counter, BytesView associated,
                       BytesView plain, Bytes& out) {
  const auto nonce = nonce_of(counter);
  const std::size_t begin = out.size();
  out.resize(begin + plain.size() + kTagBytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(out.data() + begin, nullptr, plain.data(), plain.size(),
                                            associated.data(), associated.size(), nullptr,
                                            nonce.data(), key.data());
}

bool open_with_counter(const Key32& key, std::uint64_t counter, BytesView associated,
                       BytesView sealed, Bytes& out) {
  if (sealed.size() < kTagBytes) return false;
  const auto nonce = nonce_of(counter);
  const std::size_t begin = out.size();
  out.resize(begin + sealed.size() - kTagBytes);
  const int outcome = crypto_aead_chacha20poly1305_ietf_decrypt(
      out.data() + begin, nullptr, nullptr, sealed.data(), sealed.size(), associated.data(),
      associated.size(), nonce.data(), key.data());
  if (outcome != 0) out.resize(begin);
  return outcome == 0;
}

NoiseHandshake::NoiseHandshake(const KeyPair& own, bool initiator, const Key32& responder_static,
                               BytesView prologue, std::optional<KeyPair> ephemeral)
    : initiator_(initiator), own_(own), ephemeral_(ephemeral ? *ephemeral : make_key_pair()) {
  // The name is shorter than a hash: padded with zeros (section 5.2).
  std::copy(kProtocolName.begin(), kProtocolName.end(), hash_.begin());
  chaining_key_ = hash_;
  mix_hash(prologue);
  if (initiator) remote_static_ = responder_static;
  mix_hash(responder_static);
}

NoiseHandshake NoiseHandshake::initiator(const KeyPair& own, const Key32& responder_static,
                                         BytesView prologue, std::optional<KeyPair> ephemeral) {
  return {own, true, responder_static, prologue, ephemeral};
}

NoiseHandshake NoiseHandshake::responder(const KeyPair& own, BytesView prologue,
                                         std::optional<KeyPair> ephemeral) {
  return {own, false, own.public_key, prologue, ephemeral};
}

TransportKeys::~TransportKeys() { sodium_memzero(this, sizeof *this); }

NoiseHandshake::~NoiseHandshake() {
  sodium_memzero(chaining_key_.data(), chaining_key_.size());
  sodium_memzero(key_.data(), key_.size());
}

void NoiseHandshake::mix_hash(BytesView bytes) { hash_ = blake2b(hash_, bytes); }

void NoiseHandshake::mix_key(BytesView input) {
  auto outputs = derive(chaining_key_, input, 2);
  chaining_key_ = outputs[0];
  key_ = first_half(outputs[1]);
  nonce_ = 0;
  sodium_memzero(outputs.data(), sizeof outputs);
}

void NoiseHandshake::mix_key_and_hash(const Key32& psk) {
  auto outputs = derive(chaining_key_, psk, 3);
  chaining_key_ = outputs[0];
  mix_hash(outputs[1]);
  key_ = first_half(outputs[2]);
  nonce_ = 0;
  sodium_memzero(outputs.data(), sizeof outputs);
}

// False for a public key that gives the all-zero secret (a low-order point).
bool NoiseHandshake::mix_shared(const Key32& private_key, const Key32& public_key) {
  Key32 shared;
  const bool good = crypto_scalarmult(shared.data(), private_key.data(), public_key.data()) == 0;
  if (good) mix_key(shared);
  sodium_memzero(shared.data(), shared.size());
  return good;
}

Bytes NoiseHandshake::encrypt_and_hash(BytesView plain) {
  Bytes sealed;
  seal_with_counter(key_, nonce_++, hash_, plain, sealed);
  mix_hash(sealed);
  return sealed;
}

std::optional<Bytes> NoiseHandshake::decrypt_and_hash(BytesView sealed) {
  Bytes plain;
  if (!open_with_counter(key_, nonce_++, hash_, sealed, plain)) return std::nullopt;
  mix_hash(sealed);
  return plain;
}

Bytes NoiseHandshake::write_first(BytesView payload) {
  Bytes message(ephemeral_.public_key.begin(), ephemeral_.public_key.end());
  mix_hash(ephemeral_.public_key);
  // Section 9.2: in a psk handshake every ephemeral key also goes into the chaining key.
  mix_key(ephemeral_.public_key);
  if (!mix_shared(ephemeral_.private_key, remote_static_)) return {};
  const Bytes sealed_static = encrypt_and_hash(own_.public_key);
  message.insert(message.end(), sealed_static.begin(), sealed_static.end());
  if (!mix_shared(own_.private_key, remote_static_)) return {};
  const Bytes sealed_payload = encrypt_and_hash(payload);
  message.insert(message.end(), sealed_payload.begin(), sealed_payload.end());
  return message;
}

std::optional<Bytes> NoiseHandshake::read_first(BytesView message) {
  if (message.size() < kFirstMessageOverheadBytes) return std::nullopt;
  std::copy_n(message.begin(), 32, remote_ephemeral_.begin());
  mix_hash(remote_ephemeral_);
  mix_key(remote_ephemeral_);
  if (!mix_shared(own_.private_key, remote_ephemeral_)) return std::nullopt;
  const auto remote_static = decrypt_and_hash(message.subspan(32, 32 + kTagBytes));
  if (!remote_static) return std::nullopt;
  std::copy_n(remote_static->begin(), 32, remote_static_.begin());
  if (!mix_shared(own_.private_key, remote_static_)) return std::nullopt;
  return decrypt_and_hash(message.subspan(64 + kTagBytes));
}

Bytes NoiseHandshake::write_second(BytesView payload, const Key32& psk) {
  Bytes message(ephemeral_.public_key.begin(), ephemeral_.public_key.end());
  mix_hash(ephemeral_.public_key);
  mix_key(ephemeral_.public_key);
  // Neither key is of low order: read_first() found secrets with both.
  mix_shared(ephemeral_.private_key, remote_ephemeral_);
  mix_shared(ephemeral_.private_key, remote_static_);
  mix_key_and_hash(psk);
  const Bytes sealed = encrypt_and_hash(payload);
  message.insert(message.end(), sealed.begin(), sealed.end());
  return message;
}

std::optional<Bytes> NoiseHandshake::read_second(BytesView message, const Key32& psk) {
  if (message.size() < kSecondMessageOverheadBytes) return std::nullopt;
  std::copy_n(message.begin(), 32, remote_ephemeral_.begin());
  mix_hash(remote_ephemeral_);
  mix_key(remote_ephemeral_);
  if (!mix_shared(ephemeral_.private_key, remote_ephemeral_)) return std::nullopt;
  if (!mix_shared(own_.private_key, remote_ephemeral_)) return std::nullopt;
  mix_key_and_hash(psk);
  return decrypt_and_hash(message.subspan(32));
}

TransportKeys NoiseHandshake::split() const {
  auto outputs = derive(chaining_key_, {}, 2);
  TransportKeys keys{first_half(outputs[0]), first_half(outputs[1])};
  if (!initiator_) std::swap(keys.send, keys.receive);
  sodium_memzero(outputs.data(), sizeof outputs);
  return keys;
}

}  // namespace rookery::media
