// org list|create|show|department add|rename|remove
#include "tools/rookery/find_entity.h"
#include "tools/rookery/invocation.h"
#include "tools/rookery/print.h"
#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

Outcome list(Context& context, const CLI::App&) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto answer = api->get("/v1/organizations");
  if (!answer) return Failure(answer.error());
  print_items(context, *answer, {{"ID", "id"}, {"NAME", "name"}, {"DEPARTMENTS", "departments"}});
  return Done{};
}

Outcome create(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto answer = api->post("/v1/organizations", {{"name", argument(command, "name")}});
  if (!answer) return Failure(answer.error());
  print_created(context, *answer);
  return Done{};
}

// Finds the organization that the command names, then acts on its address.
template <class Act>
Outcome with_organization(Context& context, const CLI::App& command, Act act) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto id = find_entity(*api, EntityKind::kOrganization, argument(command, "organization"));
  if (!id) return Failure(id.error());
  return act(*api, entity_target(*id));
}

Outcome show(Context& context, const CLI::App& command) {
  return with_organization(context, command, [&](Api& api, const std::string& target) -> Outcome {
    const auto answer = api.get(target);
    if (!answer) return Failure(answer.error());
    Json record = *answer;
    if (context.settings.json) {
      print_record(context, record);
      return Done{};
    }
    const Json departments = record.value("departments", Json::array());
    record.erase("departments");
    print_record(context, record);
    print_items(context, {{"items", departments}},
                {{"DEPARTMENT", "id"}, {"PARENT", "parent"}, {"NAME", "name"}});
    return Done{};
  });
}

Outcome add_department(Context& context, const CLI::App& command) {
  return with_organization(context, command, [&](Api& api, const std::string& target) -> Outcome {
    Json body{{"name", argument(command, "name")}};
    if (flag(command, "--parent")) body["parent"] = argument(command, "--parent");
    const auto answer = api.post(target + "/departments", body);
    if (!answer) return Failure(answer.error());
    print_created(context, *answer);
    return Done{};
  });
}

Outcome rename_department(Context& context, const CLI::App& command) {
  return with_organization(context, command, [&](Api& api, const std::string& target) -> Outcome {
    const std::string department = argument(command, "department");
    const auto answer = api.patch(target + "/departments/" + percent_encode(department),
                                  {{"name", argument(command, "name")}});
    if (!answer) return Failure(answer.error());
    print_done(context, *answer, "renamed " + escape_text(department));
    return Done{};
  });
}

Outcome remove_department(Context& context, const CLI::App& command) {
  return with_organization(context, command, [&](Api& api, const std::string& target) -> Outcome {
    const std::string department = argument(command, "department");
    const auto answer = api.remove(target + "/departments/" + percent_encode(department));
    if (!answer) return Failure(answer.error());
    print_done(context, *answer, "removed " + escape_text(department));
    return Done{};
  });
}

void add_organization_argument(CLI::App* command) {
  command->add_option("organization", "Id, beginning of an id, or name")->required();
}

}  // namespace

void add_organization_commands(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("org", "Organizations and their departments");
  group->require_subcommand(1);
  add_command(*group, invocation, "list", "List organizations", list);
  auto* command = add_command(*group, invocation, "create", "Create an organization", create);
  command->add_option("name", "Its name")->required();
  command = add_command(*group, invocation, "show", "Show one, with its departments", show);
  add_organization_argument(command);

  CLI::App* departments = group->add_subcommand("department", "Departments of an organization");
  departments->require_subcommand(1);
  command = add_command(*departments, invocation, "add", "Add a department", add_department);
  add_organization_argument(command);
  command->add_option("name", "Its name")->required();
  command->add_option("--parent", "Id of the department above it")->type_name("ID");
  command =
      add_command(*departments, invocation, "rename", "Rename a department", rename_department);
  add_organization_argument(command);
  command->add_option("department", "Its id")->required();
  command->add_option("name", "Its new name")->required();
  command =
      add_command(*departments, invocation, "remove", "Remove a department", remove_department);
  add_organization_argument(command);
  command->add_option("department", "Its id")->required();
}

}  // namespace rookery::tool
