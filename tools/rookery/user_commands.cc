// user list|create|password|disable|enable
#include "tools/rookery/find_entity.h"
#include "tools/rookery/invocation.h"
#include "tools/rookery/password.h"
#include "tools/rookery/print.h"
#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

Outcome list(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto organization = chosen_organization(*api, argument(command, "--organization"));
  if (!organization) return Failure(organization.error());
  const auto answer = api->get("/v1/users" + query_text({{"organization", *organization}}));
  if (!answer) return Failure(answer.error());
  print_items(context, *answer,
              {{"ID", "id"},
               {"LOGIN", "login"},
               {"ROLE", "role"},
               {"DISABLED", "disabled"},
               {"ORGANIZATION", "organization"},
               {"DEPARTMENT", "department"}});
  return Done{};
}

Result<std::string> new_password(const CLI::App& command, const std::string& of) {
  if (flag(command, "--password-stdin")) return read_password_from_stdin();
  return ask_password("New password of " + escape_text(of), true);
}

Outcome create(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto organization = own_organization(*api, argument(command, "--organization"));
  if (!organization) return Failure(organization.error());
  const std::string login = argument(command, "login");
  const auto password = new_password(command, login);
  if (!password) return Failure(password.error());
  Json body{{"organization", *organization},
            {"login", login},
            {"password", *password},
            {"role", argument(command, "--role", "member")}};
  if (flag(command, "--department")) body["department"] = argument(command, "--department");
  const auto answer = api->post("/v1/users", body);
  if (!answer) return Failure(answer.error());
  print_created(context, *answer);
  return Done{};
}

Outcome act_on_user(Context& context, const CLI::App& command, const std::string& verb,
                    const std::string& done,
                    const std::function<Result<Json>(const std::string& user)>& body_for) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const std::string user = argument(command, "user");
  const auto id = find_entity(*api, EntityKind::kUser, user);
  if (!id) return Failure(id.error());
  const auto body = body_for(user);
  if (!body) return Failure(body.error());
  const auto answer = api->post(entity_target(*id) + "/" + verb, *body);
  if (!answer) return Failure(answer.error());
  print_done(context, *answer, done + " " + to_text(*id));
  return Done{};
}

Outcome set_password(Context& context, const CLI::App& command) {
  return act_on_user(context, command, "password", "changed the password of",
                     [&](const std::string& user) -> Result<Json> {
                       const auto password = new_password(command, user);
                       if (!password) return password.error();
                       return Json{{"password", *password}};
                     });
}

Outcome disable(Context& context, const CLI::App& command) {
  return act_on_user(context, command, "disable", "disabled",
                     [&](const std::string&) -> Result<Json> {
                       return Json{{"reason", argument(command, "--reason")}};
                     });
}

Outcome enable(Context& context, const CLI::App& command) {
  return act_on_user(context, command, "enable", "enabled",
                     [](const std::string&) -> Result<Json> { return Json::object(); });
}

}  // namespace

void add_user_commands(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("user", "People who can sign in");
  group->require_subcommand(1);
  const char* stdin_text = "Read the password as one line from standard input";
  auto* command = add_command(*group, invocation, "list", "List users", list);
  command->add_option("--organization,--org", "Only of this one")->type_name("ORG");
  command = add_command(*group, invocation, "create", "Create a user", create);
  command->add_option("login", "The name to sign in with")->required();
  command->add_option("--organization,--org", "Your own when missing")->type_name("ORG");
  command->add_option("--role", "operator, auditor or member (member when missing)")
      ->type_name("ROLE");
  command->add_option("--department", "Id of a department")->type_name("ID");
  add_switch(*command, "--password-stdin", stdin_text);
  const auto add = [&](const char* name, const char* description, auto run) {
    command = add_command(*group, invocation, name, description, run);
    command->add_option("user", "Id, beginning of an id, or login")->required();
  };
  add("password", "Set a new password", set_password);
  add_switch(*command, "--password-stdin", stdin_text);
  add("disable", "Keep a user from signing in", disable);
  command->add_option("--reason", "Why; kept in the log")->required()->type_name("TEXT");
  add("enable", "Let a user sign in again", enable);
}

}  // namespace rookery::tool
