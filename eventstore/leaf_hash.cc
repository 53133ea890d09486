#include "eventstore/leaf_hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>

namespace rookery {
namespace {

std::string_view view(const Hash256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

// Fetched once: OpenSSL 3 otherwise looks the algorithm up for every digest.
LeafHasher::LeafHasher()
    : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
  if (algorithm_ == nullptr || context_ == nullptr ||
      EVP_DigestInit_ex2(context_, algorithm_, nullptr) != 1) {
    throw std::runtime_error("OpenSSL offers no SHA-256");
  }
}

LeafHasher::~LeafHasher() {
  EVP_MD_CTX_free(context_);
  EVP_MD_free(algorithm_);
}

Hash256 LeafHasher::leaf(std::string_view stored_bytes) {
  return digest(std::string_view("\0", 1), stored_bytes);
}

Hash256 LeafHasher::node(const Hash256& left, const Hash256& right) {
  std::array<char, 1 + 2 * sizeof(Hash256)> bytes{1};
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 1 + sizeof(Hash256));
  return digest({bytes.data(), bytes.size()}, {});
}

Hash256 LeafHasher::chain(const Hash256& previous, const Hash256& leaf) {
  return digest(view(previous), view(leaf));
}

Hash256 LeafHasher::digest(std::string_view first, std::string_view second) {
  Hash256 hash;
  if (EVP_DigestInit_ex2(context_, nullptr, nullptr) != 1 ||
      EVP_DigestUpdate(context_, first.data(), first.size()) != 1 ||
      EVP_DigestUpdate(context_, second.data(), second.size()) != 1 ||
      EVP_DigestFinal_ex(context_, hash.data(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL failed to compute a SHA-256");
  }
  return hash;
}

}  // namespace rookery
