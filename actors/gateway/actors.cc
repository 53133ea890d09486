#include <algorithm>

#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "schemas/shown_json.h"

namespace rookery {
namespace {

constexpr std::uint64_t kLimit = 100;
constexpr std::uint64_t kLimitMax = 10'000;
constexpr std::uint64_t kLastEvents = 10;

Answer list_streams(const Api& api, EntityKind kind, const EntityId& after, std::uint64_t limit) {
  const auto streams = api.parts.log.streams(kind, after, limit);
  if (!streams) return problem(503, "store_failed", streams.error().message);
  const std::vector<EntityId> active = api.parts.directory.active(kind);
  Answer answer;
  answer.body["items"] = Json::array();
  for (const EntityId& id : *streams) {
    const bool lives = std::binary_search(active.begin(), active.end(), id);
    answer.body["items"].push_back({{"id", to_text(id)}, {"active", lives}});
  }
  return answer;
}

asio::awaitable<Answer> list(Api& api, Request request) {
  QueryFields query(request.query);
  const auto kind = parse_kind(query.text("kind").value_or(""));
  const std::uint64_t limit = query.number("limit", kLimitMax).value_or(kLimit);
  const EntityId after = query.id("after").value_or(EntityId{});
  if (const auto bad = query.problem()) co_return *bad;
  if (!kind || *kind == EntityKind::kSystem) {
    co_return problem(400, "invalid",
                      "\"kind\" is organization, user, phone, deployment, session or link");
  }
  std::function<Answer()> read = [&api, kind = *kind, after, limit] {
    return list_streams(api, kind, after, limit);
  };
  co_return co_await api.read_aside(std::move(read));
}

Answer with_last_events(const Api& api, const ActorView& view) {
  Answer answer;
  answer.body = state_json(view);
  answer.body["epoch"] = view.epoch;
  answer.body["mailbox"] = view.mailbox;
  Json events = Json::array();
  const std::uint64_t from = view.version > kLastEvents ? view.version - kLastEvents + 1 : 1;
  const Status read = api.parts.log.read_stream(view.id, from, [&](const Envelope& envelope) {
    if (envelope.version > view.version) return false;
    events.push_back(shown_event(envelope));
    return true;
  });
  if (!read) return problem(503, "store_failed", read.error().message);
  answer.body["last_events"] = std::move(events);
  return answer;
}

asio::awaitable<Answer> show(Api& api, Request request) {
  const auto id = path_actor(request.parameters[0], request.parameters[1]);
  if (!id) co_return not_found("actor");
  ActorView view = co_await api.inspect(*id);
  if (view.phase == "overloaded") co_return too_busy();
  if (view.version == 0) co_return not_found("actor");
  std::function<Answer()> read = [&api, view = std::move(view)] {
    return with_last_events(api, view);
  };
  co_return co_await api.read_aside(std::move(read));
}

}  // namespace

void add_actor_routes(Router& router, Api& api) {
  router.add(http::verb::get, "/v1/actors", "KooPhone:actor:list",
             [&api](Request request) { return list(api, std::move(request)); });
  router.add(http::verb::get, "/v1/actors/*/*", "KooPhone:actor:get",
             [&api](Request request) { return show(api, std::move(request)); });
}

}  // namespace rookery
