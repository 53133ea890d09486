// A session's ticket on its way to the host and to the viewer.
#pragma once

#include "actors/gateway/api.h"

namespace rookery {

inline constexpr std::int64_t kTicketLifetimeUs = 60'000'000;

// The id of the ticket that this request is given: the same for the same request.
Id128 ticket_of(const Request& request);
// The ticket as the session's stream has it: asked twice, the same is told twice. The host hears of
// it after it is durable; a crash between leaves a ticket that lets nobody in and expires.
asio::awaitable<Answer> hand_out_ticket(Api& api, EntityId session);

}  // namespace rookery
