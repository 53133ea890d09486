#include <algorithm>
#include <limits>

#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "actors/runtime/changes.h"
#include "eventstore/moment.h"

namespace rookery {
namespace {

constexpr std::uint64_t kChangesMax = 1000;
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

asio::awaitable<Answer> show(Api& api, Request request) {
  const auto id = path_actor(request.parameters[0], request.parameters[1]);
  if (!id) co_return not_found("actor");
  const auto moment = asked_moment(request);
  if (const auto* bad = std::get_if<Answer>(&moment)) co_return *bad;
  std::function<Answer()> read = [&api, id = *id, moment = std::get<Moment>(moment)] {
    return replay(api, id, moment);
  };
  co_return co_await api.read_aside(std::move(read));
}

Answer changes(const Api& api, const EntityId& id, std::uint64_t from_version,
               std::uint64_t limit) {
  const auto last = api.parts.log.stream_version(id);
  if (!last) return problem(503, "store_failed", last.error().message);
  if (*last == 0) return not_found("actor");
  Json items = Json::array();
  const auto read =
      each_change(api.parts.log, id, from_version - 1, *last, [&](const Json& change) {
        items.push_back(change);
        return items.size() < limit;
      });
  // What could be told is told first; who goes on from there hears why it ends.
  if (!read && items.empty()) return problem(503, "quarantined", read.error().message);
  const std::uint64_t told = from_version - 1 + items.size();
  Answer answer;
  answer.body = {{"items", std::move(items)}, {"last_version", told}, {"more", told < *last}};
  return answer;
}

asio::awaitable<Answer> list_changes(Api& api, Request request) {
  const auto id = path_actor(request.parameters[0], request.parameters[1]);
  if (!id) co_return not_found("actor");
  QueryFields query(request.query);
  const std::uint64_t from =
      std::max<std::uint64_t>(query.number("from_version", kMax).value_or(1), 1);
  const std::uint64_t limit =
      std::max<std::uint64_t>(query.number("limit", kChangesMax).value_or(kChangesMax), 1);
  if (const auto bad = query.problem()) co_return *bad;
  std::function<Answer()> read = [&api, id = *id, from, limit] {
    return changes(api, id, from, limit);
  };
  co_return co_await api.read_aside(std::move(read));
}

}  // namespace

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

std::variant<Moment, Answer> asked_moment(const Request& request) {
  QueryFields query(request.query);
  const Moment moment = moment_of(query);
  if (const auto bad = query.problem()) return *bad;
  if (request.query.size() > 1) {
    return problem(400, "invalid", "give one of at_version, at_position and at_time_us");
  }
  return moment;
}

void add_state_routes(Router& router, Api& api) {
  router.add(http::verb::get, "/v1/state/*/*", "KooPhone:state:get",
             [&api](Request request) { return show(api, std::move(request)); });
  router.add(http::verb::get, "/v1/changes/*/*", "KooPhone:change:list",
             [&api](Request request) { return list_changes(api, std::move(request)); });
}

}  // namespace rookery
