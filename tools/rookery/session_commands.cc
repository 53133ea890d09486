// session list|show|end
#include "tools/rookery/find_entity.h"
#include "tools/rookery/invocation.h"
#include "tools/rookery/print.h"

namespace rookery::tool {
namespace {

Outcome list(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  std::string phone;
  if (flag(command, "--phone")) {
    const auto id = find_entity(*api, EntityKind::kPhone, argument(command, "--phone"));
    if (!id) return Failure(id.error());
    phone = to_text(*id);
  }
  const auto answer = api->get("/v1/sessions" + query_text({{"phone", phone}}));
  if (!answer) return Failure(answer.error());
  print_items(context, *answer,
              {{"ID", "id"}, {"PHONE", "phone"}, {"USER", "user"}, {"PHASE", "phase"}});
  return Done{};
}

Outcome show(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto id = find_entity(*api, EntityKind::kSession, argument(command, "session"));
  if (!id) return Failure(id.error());
  const auto answer = api->get(entity_target(*id));
  if (!answer) return Failure(answer.error());
  print_record(context, *answer);
  return Done{};
}

Outcome end(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto id = find_entity(*api, EntityKind::kSession, argument(command, "session"));
  if (!id) return Failure(id.error());
  const auto answer = api->remove(entity_target(*id));
  if (!answer) return Failure(answer.error());
  print_done(context, *answer, "ended " + to_text(*id));
  return Done{};
}

}  // namespace

void add_session_commands(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("session", "Stream sessions: who watches which phone");
  group->require_subcommand(1);
  auto* command = add_command(*group, invocation, "list", "List sessions", list);
  command->add_option("--phone", "Only of this phone")->type_name("PHONE");
  command = add_command(*group, invocation, "show", "Show one session", show);
  command->add_option("session", "Id or beginning of an id")->required();
  command = add_command(*group, invocation, "end", "End a session", end);
  command->add_option("session", "Id or beginning of an id")->required();
}

}  // namespace rookery::tool
