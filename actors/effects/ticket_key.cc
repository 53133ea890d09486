#include "actors/effects/ticket_key.h"

#include <sodium.h>

#include <algorithm>

namespace rookery {

TicketKey derive_ticket_key(const TicketSecret& secret, const EntityId& session,
                            const Id128& ticket) {
  std::array<std::uint8_t, 32> input{};
  std::copy(session.bytes.begin(), session.bytes.end(), input.begin());
  std::copy(ticket.bytes.begin(), ticket.bytes.end(), input.begin() + session.bytes.size());
  TicketKey key{};
  crypto_generichash(key.data(), key.size(), input.data(), input.size(), secret.data(),
                     secret.size());
  return key;
}

}  // namespace rookery
