#include "actors/gateway/link_secret.h"

#include <sodium.h>

#include <array>

#include "actors/gateway/token.h"

namespace rookery {
namespace {

constexpr std::size_t kBytes = 32;

std::string derive(const TicketSecret& key, std::string_view purpose, const EntityId& entity) {
  std::string input(purpose);
  input.push_back('\0');
  input.append(to_text(entity));
  std::array<std::uint8_t, kBytes> out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const std::uint8_t*>(input.data()),
                     input.size(), key.data(), key.size());
  return to_base64url(out.data(), out.size());
}

}  // namespace

std::string derive_link_secret(const TicketSecret& key, const EntityId& link) {
  return derive(key, "rookery link secret", link);
}

std::string derive_resume_secret(const TicketSecret& key, const EntityId& session) {
  return derive(key, "rookery resume secret", session);
}

std::string secret_hash(std::string_view secret) {
  std::array<std::uint8_t, kBytes> out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const std::uint8_t*>(secret.data()),
                     secret.size(), nullptr, 0);
  return to_base64url(out.data(), out.size());
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace rookery
