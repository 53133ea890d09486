#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"

namespace rookery {
namespace {

constexpr std::chrono::seconds kWaitMax{60};

Json phone_json(const PhoneView& phone) {
  return {{"id", to_text(phone.id)},
          {"name", phone.name},
          {"organization", to_text(phone.organization)},
          {"image", phone.image},
          {"phase", phone.phase},
          {"host", phone.host.empty() ? Json(nullptr) : Json(phone.host)},
          {"bound_user", phone.bound_user ? Json(to_text(*phone.bound_user)) : Json(nullptr)},
          {"width_px", phone.width_px},
          {"height_px", phone.height_px},
          {"last_stop_reason", phone.last_stop_reason},
          {"failed", phone.failed}};
}

bool may(const Request& request, const PhoneView& phone) {
  const Resource resource{phone.id, phone.bound_user};
  return authorize(request.principal, request.action, resource) == Verdict::kAllowed;
}

asio::awaitable<Answer> create(Api& api, Request request) {
  BodyFields fields(request.body);
  phone::Create command;
  command.organization = fields.id("organization", EntityKind::kOrganization);
  command.name = fields.text("name");
  command.image = fields.optional_text("image").value_or("process:desktop");
  command.width_px = static_cast<std::uint16_t>(fields.number("width_px", 720, 0xffff));
  command.height_px = static_cast<std::uint16_t>(fields.number("height_px", 1280, 0xffff));
  if (const auto bad = fields.problem()) co_return *bad;
  if (!api.parts.models.organization(command.organization)) {
    co_return problem(400, "invalid", "there is no such organization: check \"organization\"");
  }
  AnyCommand any = any_command(std::move(command));
  const EntityId id = api.new_id(request, EntityKind::kPhone);
  co_return co_await api.write(request, id, std::move(any), 201);
}

asio::awaitable<Answer> list(Api& api, Request request) {
  QueryFields query(request.query);
  const auto organization = query.id("organization");
  const auto phase = query.text("phase");
  if (const auto bad = query.problem()) co_return *bad;
  const auto wanted = [&](const PhoneView& phone) {
    if (!may(request, phone)) return false;
    if (organization && phone.organization != *organization) return false;
    return phase ? phone.phase == *phase : phone.phase != phone::Deleted::kPhase;
  };
  Answer answer;
  answer.body["items"] = Json::array();
  for (const PhoneView& phone : api.parts.models.phones(wanted)) {
    answer.body["items"].push_back(phone_json(phone));
  }
  co_return answer;
}

// True when waiting longer cannot bring the phase that is waited for.
bool settled(const PhoneView& phone, const std::string& awaited) {
  if (phone.phase == awaited || phone.phase == phone::Deleted::kPhase) return true;
  return awaited == phone::Running::kPhase && phone.phase == phone::Stopped::kPhase;
}

asio::awaitable<Answer> show(Api& api, Request request) {
  QueryFields query(request.query);
  const auto awaited = query.text("wait");
  if (const auto bad = query.problem()) co_return *bad;
  if (awaited && *awaited != phone::Running::kPhase && *awaited != phone::Stopped::kPhase) {
    co_return problem(400, "invalid", "\"wait\" is running or stopped");
  }
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  while (true) {
    auto found = find_phone(api, request, request.parameters[0]);
    if (auto* missing = std::get_if<Answer>(&found)) co_return std::move(*missing);
    const PhoneView& phone = std::get<PhoneView>(found);
    const Shard shard = api.parts.log.shard_of(phone.id);
    const std::uint64_t next = api.gate.position(shard) + 1;
    if (!awaited || settled(phone, *awaited) || !co_await api.gate.reached(shard, next, deadline)) {
      Answer answer;
      answer.body = phone_json(phone);
      answer.body["version"] = phone.version;
      co_return answer;
    }
  }
}

asio::awaitable<Answer> bind(Api& api, Request request) {
  auto found = find_phone(api, request, request.parameters[0]);
  if (auto* missing = std::get_if<Answer>(&found)) co_return std::move(*missing);
  const PhoneView& phone = std::get<PhoneView>(found);
  BodyFields fields(request.body);
  const EntityId id = fields.id("user", EntityKind::kUser);
  if (const auto bad = fields.problem()) co_return *bad;
  const auto user = api.parts.models.user(id);
  if (!user || user->organization != phone.organization) {
    co_return problem(400, "invalid",
                      "there is no such user in the phone's organization: check \"user\"");
  }
  AnyCommand command = any_command(phone::Bind{id});
  co_return co_await api.write(request, phone.id, std::move(command));
}

template <class Command>
asio::awaitable<Answer> order(Api& api, Request request, Command command) {
  auto found = find_phone(api, request, request.parameters[0]);
  if (auto* missing = std::get_if<Answer>(&found)) co_return std::move(*missing);
  const EntityId id = std::get<PhoneView>(found).id;
  AnyCommand any = any_command(std::move(command));
  co_return co_await api.write(request, id, std::move(any));
}

asio::awaitable<Answer> start(Api& api, Request request) {
  host::Link* link = api.parts.hosts.any_host();
  if (link == nullptr) co_return problem(503, "no_host", "no host is connected: start one");
  phone::Start command{link->description().name};
  co_return co_await order(api, std::move(request), std::move(command));
}

}  // namespace

std::variant<PhoneView, Answer> find_phone(const Api& api, const Request& request,
                                           const std::string& part) {
  const auto id = path_id(EntityKind::kPhone, part);
  auto phone = id ? api.parts.models.phone(*id) : std::nullopt;
  if (!phone || !may(request, *phone)) return not_found("phone");
  return std::move(*phone);
}

void add_phone_routes(Router& router, Api& api) {
  const auto add = [&](http::verb method, const char* pattern, const char* action,
                       asio::awaitable<Answer> (*handler)(Api&, Request)) {
    router.add(method, pattern, action,
               [&api, handler](Request request) { return handler(api, std::move(request)); });
  };
  add(http::verb::post, "/v1/phones", "KooPhone:phone:create", create);
  add(http::verb::get, "/v1/phones", "KooPhone:phone:list", list);
  add(http::verb::get, "/v1/phones/*", "KooPhone:phone:get", show);
  add(http::verb::post, "/v1/phones/*/bind", "KooPhone:phone:bind", bind);
  add(http::verb::post, "/v1/phones/*/start", "KooPhone:phone:start", start);
  router.add(http::verb::post, "/v1/phones/*/unbind", "KooPhone:phone:unbind",
             [&api](Request request) { return order(api, std::move(request), phone::Unbind{}); });
  router.add(http::verb::post, "/v1/phones/*/stop", "KooPhone:phone:stop", [&api](Request request) {
    return order(api, std::move(request), phone::Stop{"asked over the API"});
  });
  router.add(http::verb::delete_, "/v1/phones/*", "KooPhone:phone:delete",
             [&api](Request request) { return order(api, std::move(request), phone::Delete{}); });
}

}  // namespace rookery
