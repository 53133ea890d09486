#include "actors/gateway/request_fields.h"
#include "actors/gateway/resources.h"

namespace rookery {
namespace {

std::optional<OrganizationView> find(const Api& api, const Request& request) {
  const auto id = path_id(EntityKind::kOrganization, request.parameters[0]);
  return id ? api.parts.models.organization(*id) : std::nullopt;
}

asio::awaitable<Answer> found(Api& api, Request request) {
  BodyFields fields(request.body);
  const std::string name = fields.text("name");
  if (const auto bad = fields.problem()) co_return *bad;
  AnyCommand command = any_command(organization::Found{name});
  const EntityId id = api.new_id(request, EntityKind::kOrganization);
  co_return co_await api.write(request, id, std::move(command), 201);
}

asio::awaitable<Answer> list(Api& api, Request request) {
  QueryFields query(request.query);
  if (const auto bad = query.problem()) co_return *bad;
  Answer answer;
  answer.body["items"] = Json::array();
  for (const OrganizationView& view : api.parts.models.organizations()) {
    answer.body["items"].push_back(
        {{"id", to_text(view.id)}, {"name", view.name}, {"departments", view.departments.size()}});
  }
  co_return answer;
}

asio::awaitable<Answer> show(Api& api, Request request) {
  const auto view = find(api, request);
  if (!view) co_return not_found("organization");
  Json departments = Json::array();
  for (const auto& [id, department] : view->departments) {
    const bool below = department.parent != Id128{};
    departments.push_back({{"id", to_text(id)},
                           {"parent", below ? Json(to_text(department.parent)) : Json(nullptr)},
                           {"name", department.name}});
  }
  Answer answer;
  answer.body = {{"id", to_text(view->id)},
                 {"name", view->name},
                 {"departments", std::move(departments)},
                 {"version", view->version}};
  co_return answer;
}

asio::awaitable<Answer> add_department(Api& api, Request request) {
  const auto view = find(api, request);
  if (!view) co_return not_found("organization");
  BodyFields fields(request.body);
  organization::AddDepartment add;
  add.department = Id128{named_entity_id(EntityKind::kSystem, "department made by command " +
                                                                  to_text(request.command_id))
                             .bytes};
  add.name = fields.text("name");
  add.parent = fields.optional_id128("parent").value_or(Id128{});
  if (const auto bad = fields.problem()) co_return *bad;
  AnyCommand command = any_command(add);
  Answer answer = co_await api.write(request, view->id, std::move(command), 201);
  if (answer.status == 201) answer.body["id"] = to_text(add.department);
  co_return answer;
}

asio::awaitable<Answer> rename_department(Api& api, Request request) {
  const auto view = find(api, request);
  const auto department = parse_id128(request.parameters[1]);
  if (!view || !department) co_return not_found("department");
  BodyFields fields(request.body);
  const std::string name = fields.text("name");
  if (const auto bad = fields.problem()) co_return *bad;
  AnyCommand command = any_command(organization::RenameDepartment{*department, name});
  co_return co_await api.write(request, view->id, std::move(command));
}

asio::awaitable<Answer> remove_department(Api& api, Request request) {
  const auto view = find(api, request);
  const auto department = parse_id128(request.parameters[1]);
  if (!view || !department) co_return not_found("department");
  AnyCommand command = any_command(organization::RemoveDepartment{*department});
  co_return co_await api.write(request, view->id, std::move(command));
}

}  // namespace

void add_organization_routes(Router& router, Api& api) {
  const auto add = [&](http::verb method, const char* pattern, const char* action,
                       asio::awaitable<Answer> (*handler)(Api&, Request)) {
    router.add(method, pattern, action,
               [&api, handler](Request request) { return handler(api, std::move(request)); });
  };
  add(http::verb::post, "/v1/organizations", "KooPhone:organization:create", found);
  add(http::verb::get, "/v1/organizations", "KooPhone:organization:list", list);
  add(http::verb::get, "/v1/organizations/*", "KooPhone:organization:get", show);
  add(http::verb::post, "/v1/organizations/*/departments", "KooPhone:department:create",
      add_department);
  add(http::verb::patch, "/v1/organizations/*/departments/*", "KooPhone:department:rename",
      rename_department);
  add(http::verb::delete_, "/v1/organizations/*/departments/*", "KooPhone:department:delete",
      remove_department);
}

}  // namespace rookery
