#include "actors/gateway/token.h"

#include <sodium.h>

#include <optional>
#include <vector>

#include "schemas/bounded_decode.h"

namespace rookery {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
// u8 layout, 16 user, 16 organization, i64 expiry, u64 password version, string role
constexpr std::uint8_t kLayout = 2;
constexpr std::size_t kTokenBytesMax = 512;
constexpr std::size_t kRoleBytesMax = 32;

using Seal = std::array<std::uint8_t, 32>;

Seal seal_of(const SecretKey& key, std::span<const std::uint8_t> claims) {
  Seal seal{};
  crypto_generichash(seal.data(), seal.size(), claims.data(), claims.size(), key.data(),
                     key.size());
  return seal;
}

std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::vector<std::uint8_t> bytes(text.size());
  std::size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, kVariant) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  // libsodium 1.0.18 takes the byte 0xff for '_': a token has one text only.
  if (to_base64url(bytes.data(), bytes.size()) != text) return std::nullopt;
  return bytes;
}

}  // namespace

std::string to_base64url(const std::uint8_t* bytes, std::size_t size) {
  std::string text(sodium_base64_encoded_len(size, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, kVariant);
  text.pop_back();  // the terminating zero
  return text;
}

std::string TokenSealer::seal(const TokenClaims& claims) const {
  ByteWriter writer;
  writer.u8(kLayout)
      .bytes(claims.principal.user.bytes)
      .bytes(claims.principal.organization.bytes)
      .i64(claims.expires_us)
      .u64(claims.password_version)
      .string(claims.principal.role);
  std::vector<std::uint8_t> bytes = writer.release();
  const Seal seal = seal_of(key_, bytes);
  bytes.insert(bytes.end(), seal.begin(), seal.end());
  return to_base64url(bytes.data(), bytes.size());
}

std::variant<TokenClaims, TokenProblem> TokenSealer::open(std::string_view token,
                                                          std::int64_t now_us) const {
  if (token.size() > kTokenBytesMax) return TokenProblem::kForged;
  const auto bytes = from_base64url(token);
  if (!bytes || bytes->size() < sizeof(Seal)) return TokenProblem::kForged;
  const std::span<const std::uint8_t> all(*bytes);
  const auto body = all.first(all.size() - sizeof(Seal));
  const Seal expected = seal_of(key_, body);
  if (sodium_memcmp(expected.data(), all.data() + body.size(), expected.size()) != 0) {
    return TokenProblem::kForged;
  }
  ByteReader reader(body);
  const std::uint8_t layout = reader.u8();
  TokenClaims claims;
  claims.principal.user.bytes = reader.array<16>();
  claims.principal.organization.bytes = reader.array<16>();
  claims.expires_us = reader.i64();
  claims.password_version = reader.u64();
  claims.principal.role = reader.string(kRoleBytesMax);
  if (!reader.done() || layout != kLayout) return TokenProblem::kForged;
  if (now_us >= claims.expires_us) return TokenProblem::kExpired;
  return claims;
}

}  // namespace rookery
