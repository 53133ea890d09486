#include "media/key_pair.h"

#include <sodium.h>

#include <cstdlib>

namespace rookery::media {

KeyPair::~KeyPair() { sodium_memzero(private_key.data(), private_key.size()); }

KeyPair key_pair_of(const Key32& private_key) {
  KeyPair pair;
  pair.private_key = private_key;
  crypto_scalarmult_base(pair.public_key.data(), pair.private_key.data());
  return pair;
}

KeyPair make_key_pair() {
  if (sodium_init() < 0) std::abort();
  Key32 private_key;
  randombytes_buf(private_key.data(), private_key.size());
  KeyPair pair = key_pair_of(private_key);
  sodium_memzero(private_key.data(), private_key.size());
  return pair;
}

}  // namespace rookery::media
