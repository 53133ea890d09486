#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"
#include "actors/projections/descent.h"
#include "eventstore/moment.h"

namespace rookery {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();

// What the new phone's first event says, but for the name.
Answer find_descent(const Api& api, const EntityId& origin, std::uint64_t position,
                    phone::event::Forked& out) {
  const auto found = version_at(api.parts.log, origin, {Moment::By::kPosition, 0, position});
  if (const auto* none = std::get_if<NoSuchMoment>(&found)) {
    return problem(404, "not_found", none->message);
  }
  if (const auto* broken = std::get_if<Error>(&found)) {
    return problem(503, "store_failed", broken->message);
  }
  auto forked = descend(api.parts.log, origin, std::get<std::uint64_t>(found));
  if (!forked) return problem(409, "conflict", forked.error().message);
  out = std::move(*forked);
  return Answer{};
}

asio::awaitable<Answer> fork(Api& api, Request request) {
  auto found = find_phone(api, request, request.parameters[0]);
  if (auto* missing = std::get_if<Answer>(&found)) co_return std::move(*missing);
  const PhoneView& origin = std::get<PhoneView>(found);
  BodyFields fields(request.body);
  const std::uint64_t position = fields.number("position", 0, kMax);
  const std::string name = fields.optional_text("name").value_or(origin.name + " fork");
  if (const auto bad = fields.problem()) co_return *bad;
  if (position == 0) co_return problem(400, "invalid", "\"position\" is at least 1");
  const auto forked = std::make_shared<phone::event::Forked>();
  std::function<Answer()> read = [&api, id = origin.id, position, forked] {
    return find_descent(api, id, position, *forked);
  };
  Answer descent = co_await api.read_aside(std::move(read));
  if (descent.status != 200) co_return descent;
  forked->name = name;
  AnyCommand command = any_command(phone::Fork{*forked});
  const EntityId id = api.new_id(request, EntityKind::kPhone);
  Answer answer = co_await api.write(request, id, std::move(command), 201);
  if (answer.status == 201) {
    answer.body["origin"] = to_text(forked->origin);
    answer.body["origin_version"] = forked->origin_version;
    answer.body["origin_position"] = forked->origin_position;
  }
  co_return answer;
}

}  // namespace

void add_fork_routes(Router& router, Api& api) {
  router.add(http::verb::post, "/v1/phones/*/fork", "KooPhone:phone:fork",
             [&api](Request request) { return fork(api, std::move(request)); });
}

}  // namespace rookery
