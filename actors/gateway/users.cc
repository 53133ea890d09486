#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"

namespace rookery {
namespace {

Answer no_such_user() { return not_found("user"); }

std::optional<Answer> place_problem(const Api& api, const user::Register& command) {
  const auto organization = api.parts.models.organization(command.organization);
  if (!organization) {
    return problem(400, "invalid", "there is no such organization: check \"organization\"");
  }
  if (command.department != Id128{} && !organization->departments.contains(command.department)) {
    return problem(400, "invalid",
                   "there is no such department in this organization: check \"department\"");
  }
  return std::nullopt;
}

asio::awaitable<Answer> create(Api& api, Request request) {
  BodyFields fields(request.body);
  user::Register command;
  command.organization = fields.id("organization", EntityKind::kOrganization);
  command.login = fields.text("login");
  command.role = fields.text("role");
  command.department = fields.optional_id128("department").value_or(Id128{});
  const std::string password = fields.text("password");
  if (const auto bad = fields.problem()) co_return *bad;
  if (const auto bad = password_problem(password)) co_return *bad;
  const EntityId id = named_entity_id(EntityKind::kUser, command.login);
  // Asked again, the answer is the first one's, wherever the department went since.
  if (!api.parts.models.user(id)) {
    if (const auto bad = place_problem(api, command)) co_return *bad;
  }
  const std::optional<std::string> hash = co_await api.hash_password(password);
  if (!hash) co_return too_busy();
  command.password_hash = *hash;
  AnyCommand any = any_command(std::move(command));
  co_return co_await api.write(request, id, std::move(any), 201);
}

asio::awaitable<Answer> list(Api& api, Request request) {
  QueryFields query(request.query);
  const auto organization = query.id("organization");
  if (const auto bad = query.problem()) co_return *bad;
  Answer answer;
  answer.body["items"] = Json::array();
  const auto wanted = [&](const UserView& user) {
    return !organization || user.organization == *organization;
  };
  for (const UserView& user : api.parts.models.users(wanted)) {
    const bool placed = user.department != Id128{};
    answer.body["items"].push_back(
        {{"id", to_text(user.id)},
         {"login", user.login},
         {"organization", to_text(user.organization)},
         {"department", placed ? Json(to_text(user.department)) : Json(nullptr)},
         {"role", user.role},
         {"disabled", user.disabled}});
  }
  co_return answer;
}

// The user of the path, when this principal may do the request's action to them.
std::optional<UserView> find(const Api& api, const Request& request) {
  const auto id = path_id(EntityKind::kUser, request.parameters[0]);
  if (!id) return std::nullopt;
  const Verdict verdict = authorize(request.principal, request.action, Resource{*id, *id});
  return verdict == Verdict::kAllowed ? api.parts.models.user(*id) : std::nullopt;
}

asio::awaitable<Answer> set_password(Api& api, Request request) {
  const auto user = find(api, request);
  if (!user) co_return no_such_user();
  BodyFields fields(request.body);
  const std::string password = fields.text("password");
  if (const auto bad = fields.problem()) co_return *bad;
  if (const auto bad = password_problem(password)) co_return *bad;
  const std::optional<std::string> hash = co_await api.hash_password(password);
  if (!hash) co_return too_busy();
  AnyCommand command = any_command(user::ChangePassword{*hash});
  co_return co_await api.write(request, user->id, std::move(command));
}

asio::awaitable<Answer> disable(Api& api, Request request) {
  const auto user = find(api, request);
  if (!user) co_return no_such_user();
  BodyFields fields(request.body);
  const std::string reason = fields.optional_text("reason").value_or("");
  if (const auto bad = fields.problem()) co_return *bad;
  AnyCommand command = any_command(user::Disable{reason});
  co_return co_await api.write(request, user->id, std::move(command));
}

asio::awaitable<Answer> enable(Api& api, Request request) {
  const auto user = find(api, request);
  if (!user) co_return no_such_user();
  AnyCommand command = any_command(user::Enable{});
  co_return co_await api.write(request, user->id, std::move(command));
}

}  // namespace

void add_user_routes(Router& router, Api& api) {
  const auto add = [&](http::verb method, const char* pattern, const char* action,
                       asio::awaitable<Answer> (*handler)(Api&, Request)) {
    router.add(method, pattern, action,
               [&api, handler](Request request) { return handler(api, std::move(request)); });
  };
  add(http::verb::post, "/v1/users", "KooPhone:user:create", create);
  add(http::verb::get, "/v1/users", "KooPhone:user:list", list);
  add(http::verb::post, "/v1/users/*/password", "KooPhone:user:setPassword", set_password);
  add(http::verb::post, "/v1/users/*/disable", "KooPhone:user:disable", disable);
  add(http::verb::post, "/v1/users/*/enable", "KooPhone:user:enable", enable);
}

}  // namespace rookery
