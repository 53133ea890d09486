#include <limits>

#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"

namespace rookery {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();

// Up to where a stream is replayed; without any: to its end.
struct Moment {
  std::optional<std::uint64_t> version;
  std::optional<std::uint64_t> position;
  std::optional<std::uint64_t> time_us;
};

bool is_later(const Envelope& envelope, const Moment& moment) {
  if (moment.version) return envelope.version > *moment.version;
  if (moment.position) return envelope.position > *moment.position;
  return moment.time_us &&
         envelope.provenance.wall_time_us > static_cast<std::int64_t>(*moment.time_us);
}

Answer replay(const Api& api, const EntityId& id, const Moment& moment) {
  std::uint64_t version = 0;
  const Status read = api.parts.log.read_stream(id, 1, [&](const Envelope& envelope) {
    if (is_later(envelope, moment)) return false;
    version = envelope.version;
    return true;
  });
  if (!read) return problem(503, "store_failed", read.error().message);
  if (version == 0) return problem(404, "not_found", "there was no such actor at that moment");
  if (moment.version && *moment.version > version) {
    return problem(404, "not_found",
                   "the actor has only come to version " + std::to_string(version));
  }
  const auto view = replay_entity(api.parts.log, id, version);
  if (!view) return problem(503, "quarantined", view.error().message);
  Answer answer;
  answer.body = state_json(*view);
  return answer;
}

asio::awaitable<Answer> show(Api& api, Request request) {
  const auto id = path_actor(request.parameters[0], request.parameters[1]);
  if (!id) co_return not_found("actor");
  QueryFields query(request.query);
  Moment moment;
  moment.version = query.number("at_version", kMax);
  moment.position = query.number("at_position", kMax);
  moment.time_us = query.number("at_time_us", kMax);
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
