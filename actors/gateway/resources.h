// The API's resources, one file each: every one adds its routes.
#pragma once

#include <optional>
#include <variant>

#include "actors/gateway/api.h"
#include "actors/gateway/router.h"
#include "eventstore/moment.h"

namespace rookery {

// `api` must outlive the router.
void add_login_routes(Router& router, Api& api);
void add_organization_routes(Router& router, Api& api);
void add_user_routes(Router& router, Api& api);
void add_phone_routes(Router& router, Api& api);
void add_session_routes(Router& router, Api& api);
void add_actor_routes(Router& router, Api& api);
void add_event_routes(Router& router, Api& api);
void add_state_routes(Router& router, Api& api);
void add_stream_routes(Router& router, Api& api);
void add_link_routes(Router& router, Api& api);
void add_invitation_routes(Router& router, Api& api);
void add_store_routes(Router& router, Api& api);
void add_proof_routes(Router& router, Api& api);
void add_access_routes(Router& router, Api& api);
void add_fork_routes(Router& router, Api& api);

// The phone of the path's part, or the answer for one that is not there for this principal.
std::variant<PhoneView, Answer> find_phone(const Api& api, const Request& request,
                                           const std::string& part);

// An actor of the path's two parts, kind and id.
std::optional<EntityId> path_actor(const std::string& kind, const std::string& part);
Json state_json(const ActorView& view);

// at_version, at_position or at_time_us; none of them: now.
class QueryFields;
Moment moment_of(QueryFields& query);
// Of a request that asks for nothing else; or the answer for one that asks wrongly.
std::variant<Moment, Answer> asked_moment(const Request& request);

}  // namespace rookery
