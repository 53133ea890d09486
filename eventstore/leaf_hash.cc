#include "eventstore/leaf_hash.h"

#include <stdexcept>

namespace rookery {

Hasher::Hasher() : digest_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
  if (!digest_ || !context_) throw std::runtime_error("OpenSSL offers no SHA-256");
}

Hash256 Hasher::leaf(std::string_view stored) {
  static constexpr std::uint8_t kLeafPrefix = 0x00;
  Hash256 out;
  EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr);
  EVP_DigestUpdate(context_.get(), &kLeafPrefix, 1);
  EVP_DigestUpdate(context_.get(), stored.data(), stored.size());
  EVP_DigestFinal_ex(context_.get(), out.data(), nullptr);
  return out;
}

Hash256 Hasher::chain(const Hash256& previous, const Hash256& leaf) {
  Hash256 out;
  EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr);
  EVP_DigestUpdate(context_.get(), previous.data(), previous.size());
  EVP_DigestUpdate(context_.get(), leaf.data(), leaf.size());
  EVP_DigestFinal_ex(context_.get(), out.data(), nullptr);
  return out;
}

}  // namespace rookery
