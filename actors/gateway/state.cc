#include <limits>

#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "eventstore/moment.h"

namespace rookery {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();

Answer replay(const Api& api, const EntityId& id, const Moment& moment) {
  const auto found = version_at(api.parts.log, id, moment);
  if (const auto* none = std::get_if<NoSuchMoment>(&found)) {
    return problem(404, "not_found", none->message);
  }
  if (const auto* broken = std::get_if<Error>(&found)) {
    return problem(503, "store_failed", broken->message);
  }
  const auto view = replay_entity(api.parts.log, id, std::get<std::uint64_t>(found));
  if (!view) return problem(503, "quarantined", view.error().message);
  Answer answer;
  answer.body = state_json(*view);
  return answer;
}

Moment moment_of(QueryFields& query) {
  Moment moment;
  if (const auto version = query.number("at_version", kMax)) {
    moment = {Moment::By::kVersion, 0, *version};
  }
  if (const auto position = query.number("at_position", kMax)) {
    moment = {Moment::By::kPosition, 0, *position};
  }
  if (const auto time_us = query.number("at_time_us", kMax)) {
    moment = {Moment::By::kTime, static_cast<std::int64_t>(*time_us), 0};
  }
  return moment;
}

asio::awaitable<Answer> show(Api& api, Request request) {
  const auto id = path_actor(request.parameters[0], request.parameters[1]);
  if (!id) co_return not_found("actor");
  QueryFields query(request.query);
  const Moment moment = moment_of(query);
  if (const auto bad = query.problem()) co_return *bad;
  if (request.query.size() > 1) {
    co_return problem(400, "invalid", "give one of at_version, at_position and at_time_us");
  }
  std::function<Answer()> read = [&api, id = *id, moment] { return replay(api, id, moment); };
  co_return co_await api.read_aside(std::move(read));
}

}  // namespace

void add_state_routes(Router& router, Api& api) {
  router.add(http::verb::get, "/v1/state/*/*", "KooPhone:state:get",
             [&api](Request request) { return show(api, std::move(request)); });
}

}  // namespace rookery
