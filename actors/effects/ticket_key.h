// The key a viewer proves to hold. Derived, never stored: the log knows only the ticket's id.
#pragma once

#include <array>
#include <cstdint>

#include "schemas/ids.h"

namespace rookery {

using TicketSecret = std::array<std::uint8_t, 32>;
using TicketKey = std::array<std::uint8_t, 32>;

// BLAKE2b-256 keyed with `secret` over session and ticket.
TicketKey derive_ticket_key(const TicketSecret& secret, const EntityId& session,
                            const Id128& ticket);

}  // namespace rookery
