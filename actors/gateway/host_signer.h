// Says of hosts' keys that they are this server's. A link commits to the signer, so that nobody in
// between can put another host in place of ours; hosts' own keys may change while links live.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "actors/effects/ticket_key.h"

namespace rookery {

class HostSigner {
 public:
  // The Ed25519 key is derived from the server's own, and lives as long as that.
  explicit HostSigner(const TicketSecret& key);
  ~HostSigner();
  HostSigner(const HostSigner&) = delete;
  HostSigner& operator=(const HostSigner&) = delete;

  // The public key, base64url.
  std::string public_key() const;
  // BLAKE2b-128 of the public key, base64url: the last part of a link.
  std::string commitment() const;
  // The commitment's begin, for people to compare.
  std::string fingerprint() const;
  // Ed25519 over "rookery host key", a zero byte, and the host's key as base64url; base64url.
  std::string sign(const std::array<std::uint8_t, 32>& host_key) const;

 private:
  std::array<std::uint8_t, 32> public_{};
  std::array<std::uint8_t, 64> private_{};
  std::array<std::uint8_t, 16> commitment_{};
};

}  // namespace rookery
