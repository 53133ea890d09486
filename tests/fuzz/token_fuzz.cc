// What a client shows as its token: forged text, and claims that nobody but a broken server sealed.
#include <sodium.h>

#include "actors/gateway/token.h"
#include "schemas/bounded_decode.h"
#include "tests/fuzz/target.h"

using namespace rookery;

namespace {

constexpr SecretKey kKey = {1, 2, 3};
constexpr SecretKey kOtherKey = {1, 2, 4};
constexpr std::int64_t kNowUs = 1'700'000'000'000'000;

bool opens(const std::string& token) {
  const auto opened = TokenSealer(kKey).open(token, kNowUs);
  const auto* claims = std::get_if<TokenClaims>(&opened);
  if (claims == nullptr) return false;
  fuzz::require(claims->expires_us > kNowUs, "an expired token opens nothing");
  fuzz::require(TokenSealer(kKey).seal(*claims) == token, "claims have one token");
  fuzz::require(std::holds_alternative<TokenProblem>(TokenSealer(kOtherKey).open(token, kNowUs)),
                "another server's token opens nothing");
  return true;
}

// A fuzzer finds no seal by chance: here any bytes are sealed as claims.
std::string sealed(std::span<const std::uint8_t> claims) {
  std::vector<std::uint8_t> bytes(claims.begin(), claims.end());
  bytes.resize(claims.size() + 32);
  crypto_generichash(bytes.data() + claims.size(), 32, claims.data(), claims.size(), kKey.data(),
                     kKey.size());
  return to_base64url(bytes.data(), bytes.size());
}

TokenClaims claims_of(const std::string& role) {
  TokenClaims claims;
  claims.principal.user = make_entity_id(EntityKind::kUser, {1, 2, 3});
  claims.principal.organization = make_entity_id(EntityKind::kOrganization, {4, 5, 6});
  claims.principal.role = role;
  claims.expires_us = kNowUs + kTokenLifetimeUs;
  return claims;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  opens({reinterpret_cast<const char*>(bytes), size});
  std::string token = sealed({bytes, size});
  if (!opens(token)) return 0;
  token[size % token.size()] ^= 1;
  fuzz::require(!opens(token), "a changed token opens nothing");
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  const std::string token = TokenSealer(kKey).seal(claims_of("operator"));
  std::vector<Seed> out = {{"token", {token.begin(), token.end()}}};
  for (const char* role : {"member", "auditor", "a role longer than any role is"}) {
    const TokenClaims claims = claims_of(role);
    ByteWriter writer;
    writer.u8(1)
        .bytes(claims.principal.user.bytes)
        .bytes(claims.principal.organization.bytes)
        .i64(claims.expires_us)
        .string(role);
    out.push_back({"claims_" + std::to_string(out.size()), writer.release()});
  }
  return out;
}
