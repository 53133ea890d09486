// X25519 keys (RFC 7748).
#pragma once

#include <array>
#include <cstdint>

namespace rookery::media {

using Key32 = std::array<std::uint8_t, 32>;

// The private key is wiped when the pair goes.
struct KeyPair {
  Key32 public_key{};
  Key32 private_key{};
  ~KeyPair();
};

// A fresh pair from the operating system's generator.
KeyPair make_key_pair();
// The pair that belongs to a private key.
KeyPair key_pair_of(const Key32& private_key);

}  // namespace rookery::media
