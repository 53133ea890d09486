// What a link's holder knows, and what follows from it. The link's secret stands in its address and
// never crosses the network again: the page sends proofs, and both ends derive the media key, so
// that who reads or changes the HTTP traffic can neither watch nor take the host's place. The
// secret is derived from the server's own key; stored is only its hash. media/PIPELINE.md says what
// this keeps from whom; the page's twin is tools/web/src/secure/link_keys.ts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actors/effects/ticket_key.h"

namespace rookery {

// 32 bytes as base64url: what stands in the link's address after its id.
std::string derive_link_secret(const TicketSecret& key, const EntityId& link);

// BLAKE2b-256 of the text, base64url.
std::string secret_hash(std::string_view secret);
// In constant time.
bool same_secret(std::string_view a, std::string_view b);

// Each is BLAKE2b-256, keyed with the secret's text, over its label and what it is for, as texts
// with a zero byte between. Proofs are base64url.
std::string proof_to_open(std::string_view secret);
std::string proof_to_resume(std::string_view secret, const EntityId& session);
// The Noise psk.
TicketKey derive_media_key(std::string_view secret, const EntityId& session, const Id128& ticket);
// For people to compare, such as "1f3a 99c0 77de 0a12": the same at both ends only if both mean
// this session, this secret and this host.
std::string session_fingerprint(std::string_view secret, const EntityId& session,
                                const std::array<std::uint8_t, 32>& host_key);

// A password on its way: nonce (24 bytes) and XSalsa20-Poly1305, base64url.
std::string seal_password(std::string_view secret, std::string_view password);
// Nothing: it was not sealed with this secret.
std::optional<std::string> open_password(std::string_view secret, std::string_view sealed);

}  // namespace rookery
