// Who could see or control an actor at a moment, and what all of an organization's actors were
// then.
#include <limits>

#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "actors/projections/access_at.h"
#include "actors/projections/access_json.h"
#include "actors/projections/members.h"

namespace rookery {
namespace {

constexpr std::size_t kPathsMax = 10'000;
constexpr std::uint64_t kLimit = 100;
constexpr std::uint64_t kLimitMax = 1000;
constexpr std::size_t kLookedAtMax = 10'000;

Answer who_could(const Api& api, const EntityId& id, const Moment& moment) {
  Json items = Json::array();
  bool more = false;
  const auto found =
      each_access(api.parts.log, id, moment, api.parts.clock.now_us(), [&](const AccessPath& path) {
        more = items.size() == kPathsMax;
        if (!more) items.push_back(access_json(path));
        return !more;
      });
  if (const auto* none = std::get_if<NoSuchMoment>(&found)) {
    return problem(404, "not_found", none->message);
  }
  if (const auto* broken = std::get_if<Error>(&found)) {
    return problem(503, "store_failed", broken->message);
  }
  Answer answer;
  answer.body = access_json(id, std::get<AccessAt>(found));
  answer.body["items"] = std::move(items);
  answer.body["more"] = more;
  return answer;
}

asio::awaitable<Answer> who(Api& api, Request request) {
  const auto id = path_actor(request.parameters[0], request.parameters[1]);
  if (!id) co_return not_found("actor");
  const auto moment = asked_moment(request);
  if (const auto* bad = std::get_if<Answer>(&moment)) co_return *bad;
  std::function<Answer()> read = [&api, id = *id, moment = std::get<Moment>(moment)] {
    return who_could(api, id, moment);
  };
  co_return co_await api.read_aside(std::move(read));
}

// Those that were there at that moment.
Answer states_of(const Api& api, const EntityId& organization, const EntityId& after,
                 const Moment& moment, std::uint64_t limit) {
  Json items = Json::array();
  std::optional<Error> broken;
  const auto next =
      each_member(api.parts.log, organization, after, kLookedAtMax, [&](const EntityId& id) {
        const auto version = version_at(api.parts.log, id, moment);
        if (std::holds_alternative<NoSuchMoment>(version)) return true;
        if (const auto* failure = std::get_if<Error>(&version)) broken = *failure;
        if (broken) return false;
        const auto view = replay_entity(api.parts.log, id, std::get<std::uint64_t>(version));
        if (!view) {
          broken = view.error();
          return false;
        }
        items.push_back(state_json(*view));
        return items.size() < limit;
      });
  if (!next) return problem(503, "store_failed", next.error().message);
  if (broken) return problem(503, "quarantined", broken->message);
  Answer answer;
  answer.body = {{"items", std::move(items)},
                 {"next", *next ? Json(to_text(**next)) : Json(nullptr)}};
  return answer;
}

asio::awaitable<Answer> list_states(Api& api, Request request) {
  QueryFields query(request.query);
  const auto organization = query.id("organization");
  const EntityId after = query.id("after").value_or(EntityId{});
  const std::uint64_t limit =
      std::max<std::uint64_t>(query.number("limit", kLimitMax).value_or(kLimit), 1);
  const Moment moment = moment_of(query);
  if (const auto bad = query.problem()) co_return *bad;
  if (!organization || moment.by == Moment::By::kVersion) {
    co_return problem(400, "invalid",
                      "give \"organization\", and at_position or at_time_us for a past moment");
  }
  std::function<Answer()> read = [&api, organization = *organization, after, moment, limit] {
    return states_of(api, organization, after, moment, limit);
  };
  co_return co_await api.read_aside(std::move(read));
}

}  // namespace

void add_access_routes(Router& router, Api& api) {
  router.add(http::verb::get, "/v1/who/*/*", "KooPhone:access:list",
             [&api](Request request) { return who(api, std::move(request)); });
  router.add(http::verb::get, "/v1/states", "KooPhone:state:list",
             [&api](Request request) { return list_states(api, std::move(request)); });
}

}  // namespace rookery
