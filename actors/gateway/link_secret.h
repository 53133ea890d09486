// What a link's holder and a session's viewer prove to hold. Both are derived from the server's own
// key, so that a request that is repeated after a lost answer gets the same one; stored is only the
// link's hash.
#pragma once

#include <string>
#include <string_view>

#include "actors/effects/ticket_key.h"

namespace rookery {

// 32 bytes as base64url: what stands in the link's address after its id.
std::string derive_link_secret(const TicketSecret& key, const EntityId& link);
// 32 bytes as base64url: lets a session's viewer come back.
std::string derive_resume_secret(const TicketSecret& key, const EntityId& session);

// BLAKE2b-256 of the text, base64url.
std::string secret_hash(std::string_view secret);
// In constant time.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace rookery
