// phone list|create|show|bind|unbind|start|stop|delete
#include "tools/rookery/find_entity.h"
#include "tools/rookery/invocation.h"
#include "tools/rookery/phone_actions.h"
#include "tools/rookery/print.h"

namespace rookery::tool {
namespace {

Outcome list(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto organization = chosen_organization(*api, argument(command, "--organization"));
  if (!organization) return Failure(organization.error());
  const auto answer =
      api->get("/v1/phones" + query_text({{"organization", *organization},
                                          {"phase", argument(command, "--phase")}}));
  if (!answer) return Failure(answer.error());
  print_items(context, *answer,
              {{"ID", "id"},
               {"NAME", "name"},
               {"PHASE", "phase"},
               {"HOST", "host"},
               {"USER", "bound_user"},
               {"WIDTH", "width_px"},
               {"HEIGHT", "height_px"}});
  return Done{};
}

Outcome create(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto organization = own_organization(*api, argument(command, "--organization"));
  if (!organization) return Failure(organization.error());
  Json body{{"organization", *organization}, {"name", argument(command, "name")}};
  if (flag(command, "--image")) body["image"] = argument(command, "--image");
  if (flag(command, "--width")) body["width_px"] = number_argument(command, "--width", 0);
  if (flag(command, "--height")) body["height_px"] = number_argument(command, "--height", 0);
  const auto answer = api->post("/v1/phones", body);
  if (!answer) return Failure(answer.error());
  print_created(context, *answer);
  return Done{};
}

template <class Act>
Outcome with_phone(Context& context, const CLI::App& command, Act act) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto id = find_entity(*api, EntityKind::kPhone, argument(command, "phone"));
  if (!id) return Failure(id.error());
  return act(*api, *id);
}

Outcome show(Context& context, const CLI::App& command) {
  return with_phone(context, command, [&](Api& api, const EntityId& id) -> Outcome {
    const auto answer = api.get(entity_target(id));
    if (!answer) return Failure(answer.error());
    print_record(context, *answer);
    return Done{};
  });
}

Outcome bind(Context& context, const CLI::App& command) {
  return with_phone(context, command, [&](Api& api, const EntityId& id) -> Outcome {
    const auto user = find_entity(api, EntityKind::kUser, argument(command, "user"));
    if (!user) return Failure(user.error());
    const auto answer = api.post(entity_target(id) + "/bind", {{"user", to_text(*user)}});
    if (!answer) return Failure(answer.error());
    print_done(context, *answer, "bound " + to_text(id) + " to " + to_text(*user));
    return Done{};
  });
}

Outcome unbind(Context& context, const CLI::App& command) {
  return with_phone(context, command, [&](Api& api, const EntityId& id) -> Outcome {
    const auto answer = api.post(entity_target(id) + "/unbind");
    if (!answer) return Failure(answer.error());
    print_done(context, *answer, "unbound " + to_text(id));
    return Done{};
  });
}

Outcome remove(Context& context, const CLI::App& command) {
  return with_phone(context, command, [&](Api& api, const EntityId& id) -> Outcome {
    const auto answer = api.remove(entity_target(id));
    if (!answer) return Failure(answer.error());
    print_done(context, *answer, "deleted " + to_text(id));
    return Done{};
  });
}

Outcome switch_phone(Context& context, const CLI::App& command, PhoneSwitch to) {
  return with_phone(context, command, [&](Api& api, const EntityId& id) -> Outcome {
    const bool wait = !flag(command, "--no-wait");
    const auto answer = switch_phone(api, id, to, wait, kSwitchTimeout);
    if (!answer) return Failure(answer.error());
    const std::string word = to == PhoneSwitch::kStart ? "start" : "stop";
    print_done(context, *answer,
               wait ? to_text(id) + " is " + text_field(*answer, "phase")
                    : word + " of " + to_text(id) + " requested");
    return Done{};
  });
}

Outcome start(Context& context, const CLI::App& command) {
  return switch_phone(context, command, PhoneSwitch::kStart);
}
Outcome stop(Context& context, const CLI::App& command) {
  return switch_phone(context, command, PhoneSwitch::kStop);
}

}  // namespace

void add_phone_commands(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("phone", "Cloud phones");
  group->require_subcommand(1);
  auto* command = add_command(*group, invocation, "list", "List phones", list);
  command->add_option("--organization,--org", "Only of this one")->type_name("ORG");
  command->add_option("--phase", "Only in this phase, such as running")->type_name("PHASE");
  command = add_command(*group, invocation, "create", "Create a phone", create);
  command->add_option("name", "Its name")->required();
  command->add_option("--organization,--org", "Your own when missing")->type_name("ORG");
  command->add_option("--image", "Guest driver and image, such as process:desktop")
      ->type_name("IMAGE");
  command->add_option("--width", "Screen width in pixels")
      ->check(CLI::Range(1, 65535))
      ->type_name("PX");
  command->add_option("--height", "Screen height in pixels")
      ->check(CLI::Range(1, 65535))
      ->type_name("PX");
  const auto add = [&](const char* name, const char* description, auto run) {
    command = add_command(*group, invocation, name, description, run);
    command->add_option("phone", "Id, beginning of an id, or name")->required();
  };
  add("show", "Show one phone", show);
  add("bind", "Give a phone to a user", bind);
  command->add_option("user", "Id, beginning of an id, or login")->required();
  add("unbind", "Take a phone from its user", unbind);
  add("start", "Start the guest and wait until it runs", start);
  add_switch(*command, "--no-wait", "Return as soon as the request is accepted");
  add("stop", "Stop the guest and wait until it has stopped", stop);
  add_switch(*command, "--no-wait", "Return as soon as the request is accepted");
  add("delete", "Delete a stopped phone", remove);
}

}  // namespace rookery::tool
