// Hashes over stored events.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace rookery {

using Hash256 = std::array<std::uint8_t, 32>;

// SHA-256 with the machine's own instructions where it has them (OpenSSL). Not thread-safe: one
// hasher a thread.
class Hasher {
 public:
  Hasher();
  // RFC 6962, section 2.1: SHA-256(0x00 || stored bytes).
  Hash256 leaf(std::string_view stored);
  // SHA-256(previous || leaf): ties each event of a stream to all before it.
  Hash256 chain(const Hash256& previous, const Hash256& leaf);

 private:
  struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  struct FreeDigest {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  };
  std::unique_ptr<EVP_MD, FreeDigest> digest_;
  std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
};

}  // namespace rookery
