#include "actors/gateway/host_signer.h"

#include <sodium.h>

#include <string_view>

#include "actors/gateway/short_text.h"
#include "actors/gateway/token.h"

namespace rookery {

HostSigner::HostSigner(const TicketSecret& key) {
  static constexpr std::string_view kLabel = "rookery host signer";
  std::array<std::uint8_t, crypto_sign_SEEDBYTES> seed{};
  crypto_generichash(seed.data(), seed.size(), reinterpret_cast<const std::uint8_t*>(kLabel.data()),
                     kLabel.size(), key.data(), key.size());
  crypto_sign_seed_keypair(public_.data(), private_.data(), seed.data());
  sodium_memzero(seed.data(), seed.size());
  crypto_generichash(commitment_.data(), commitment_.size(), public_.data(), public_.size(),
                     nullptr, 0);
}

HostSigner::~HostSigner() { sodium_memzero(private_.data(), private_.size()); }

std::string HostSigner::public_key() const { return to_base64url(public_.data(), public_.size()); }

std::string HostSigner::commitment() const {
  return to_base64url(commitment_.data(), commitment_.size());
}

std::string HostSigner::fingerprint() const { return short_text(commitment_.data()); }

std::string HostSigner::sign(const std::array<std::uint8_t, 32>& host_key) const {
  std::string message("rookery host key");
  message.push_back('\0');
  message.append(to_base64url(host_key.data(), host_key.size()));
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  crypto_sign_detached(signature.data(), nullptr,
                       reinterpret_cast<const std::uint8_t*>(message.data()), message.size(),
                       private_.data());
  return to_base64url(signature.data(), signature.size());
}

}  // namespace rookery
