#include "actors/gateway/link_secret.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <vector>

#include "actors/gateway/passwords.h"
#include "actors/gateway/short_text.h"
#include "actors/gateway/token.h"

namespace rookery {
namespace {

constexpr std::size_t kBytes = 32;
using Derived = std::array<std::uint8_t, kBytes>;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

Derived derive(std::string_view key, std::initializer_list<std::string_view> parts) {
  std::string input;
  for (const std::string_view part : parts) input.append(part).push_back('\0');
  input.pop_back();
  Derived out{};
  crypto_generichash(out.data(), out.size(), bytes_of(input), input.size(), bytes_of(key),
                     key.size());
  return out;
}

std::string text_of(const Derived& bytes) { return to_base64url(bytes.data(), bytes.size()); }

Derived password_key(std::string_view secret) { return derive(secret, {"rookery link password"}); }

}  // namespace

std::string derive_link_secret(const TicketSecret& key, const EntityId& link) {
  const std::string_view own(reinterpret_cast<const char*>(key.data()), key.size());
  return text_of(derive(own, {"rookery link secret", to_text(link)}));
}

std::string secret_hash(std::string_view secret) { return text_of(derive({}, {secret})); }

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string proof_to_open(std::string_view secret) {
  return text_of(derive(secret, {"rookery link open"}));
}

std::string proof_to_resume(std::string_view secret, const EntityId& session) {
  return text_of(derive(secret, {"rookery link resume", id_tail(session)}));
}

TicketKey derive_media_key(std::string_view secret, const EntityId& session, const Id128& ticket) {
  return derive(secret, {"rookery link media", id_tail(session), to_text(ticket)});
}

std::string session_fingerprint(std::string_view secret, const EntityId& session,
                                const std::array<std::uint8_t, 32>& host_key) {
  const std::string host = to_base64url(host_key.data(), host_key.size());
  const Derived all = derive(secret, {"rookery link fingerprint", id_tail(session), host});
  return short_text(all.data());
}

std::string seal_password(std::string_view secret, std::string_view password) {
  std::vector<std::uint8_t> out(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES +
                                password.size());
  randombytes_buf(out.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(out.data() + crypto_secretbox_NONCEBYTES, bytes_of(password),
                        password.size(), out.data(), password_key(secret).data());
  return to_base64url(out.data(), out.size());
}

std::optional<std::string> open_password(std::string_view secret, std::string_view sealed) {
  constexpr std::size_t kHead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  std::vector<std::uint8_t> bytes(kHead + kPasswordBytesMax);
  std::size_t size = 0;
  const bool decoded =
      sodium_base642bin(bytes.data(), bytes.size(), sealed.data(), sealed.size(), nullptr, &size,
                        nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
  if (!decoded || size < kHead) return std::nullopt;
  std::string password(size - kHead, '\0');
  const int opened = crypto_secretbox_open_easy(
      reinterpret_cast<std::uint8_t*>(password.data()), bytes.data() + crypto_secretbox_NONCEBYTES,
      size - crypto_secretbox_NONCEBYTES, bytes.data(), password_key(secret).data());
  if (opened != 0) return std::nullopt;
  return password;
}

}  // namespace rookery
