// What a signed-in client shows with every request: who it is, until when, and a seal over that.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "actors/gateway/key_file.h"
#include "actors/gateway/policy.h"

namespace rookery {

inline constexpr std::int64_t kTokenLifetimeUs = std::int64_t{12} * 3600 * 1'000'000;

struct TokenClaims {
  Principal principal;
  std::int64_t expires_us = 0;         // microseconds since 1970-01-01 UTC
  std::uint64_t password_version = 0;  // a token ends with the password that it was given for
};

enum class TokenProblem { kForged, kExpired };

// Seals claims with keyed BLAKE2b-256. Not encrypted: holds nothing secret.
class TokenSealer {
 public:
  explicit TokenSealer(const SecretKey& key) : key_(key) {}

  std::string seal(const TokenClaims& claims) const;
  // Anything that seal() did not write with this key is forged. Compares in constant time.
  std::variant<TokenClaims, TokenProblem> open(std::string_view token, std::int64_t now_us) const;

 private:
  SecretKey key_;
};

std::string to_base64url(const std::uint8_t* bytes, std::size_t size);

}  // namespace rookery
