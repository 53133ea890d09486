// link create|list|show|revoke
#include "tools/rookery/find_entity.h"
#include "tools/rookery/invocation.h"
#include "tools/rookery/password.h"
#include "tools/rookery/print.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

Outcome create(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  Json body{{"control", !flag(command, "--view-only")}, {"single_use", flag(command, "--once")}};
  if (flag(command, "--for")) {
    const auto span_us = parse_span(argument(command, "--for"));
    if (!span_us || *span_us == 0) return usage_failure("--for takes a span: 90s, 10m, 2h or 3d");
    body["lifetime_s"] = *span_us / 1'000'000;
  }
  if (flag(command, "--clipboard")) body["clipboard"] = argument(command, "--clipboard");
  if (flag(command, "--password") || flag(command, "--password-stdin")) {
    const auto password = flag(command, "--password-stdin")
                              ? read_password_from_stdin()
                              : ask_password("Password of the link: ", true);
    if (!password) return Failure(password.error());
    body["password"] = *password;
  }
  const auto phone = find_entity(*api, EntityKind::kPhone, argument(command, "phone"));
  if (!phone) return Failure(phone.error());
  const auto answer = api->post(entity_target(*phone) + "/links", body);
  if (!answer) return Failure(answer.error());
  print_done(context, *answer, text_field(*answer, "url"));
  return Done{};
}

Outcome list(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  std::string phone;
  if (flag(command, "--phone")) {
    const auto id = find_entity(*api, EntityKind::kPhone, argument(command, "--phone"));
    if (!id) return Failure(id.error());
    phone = to_text(*id);
  }
  const auto answer = api->get("/v1/links" + query_text({{"phone", phone}}));
  if (!answer) return Failure(answer.error());
  print_items(context, *answer,
              {{"ID", "id"},
               {"PHONE", "phone"},
               {"PHASE", "phase"},
               {"MAKER", "maker"},
               {"EXPIRES", "expires_us"},
               {"CONTROL", "control"},
               {"CLIPBOARD", "clipboard"},
               {"ONCE", "single_use"},
               {"PASSWORD", "has_password"},
               {"USES", "uses"},
               {"WRONG", "failed_tries"}});
  return Done{};
}

template <class Act>
Outcome with_link(Context& context, const CLI::App& command, Act act) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto id = find_entity(*api, EntityKind::kLink, argument(command, "link"));
  if (!id) return Failure(id.error());
  return act(*api, *id);
}

Outcome show(Context& context, const CLI::App& command) {
  return with_link(context, command, [&](Api& api, const EntityId& id) -> Outcome {
    const auto answer = api.get(entity_target(id));
    if (!answer) return Failure(answer.error());
    print_record(context, *answer);
    return Done{};
  });
}

Outcome revoke(Context& context, const CLI::App& command) {
  return with_link(context, command, [&](Api& api, const EntityId& id) -> Outcome {
    const auto answer = api.remove(entity_target(id));
    if (!answer) return Failure(answer.error());
    print_done(context, *answer, "revoked " + to_text(id));
    return Done{};
  });
}

}  // namespace

void add_link_commands(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("link", "Links that open a phone in any browser");
  group->require_subcommand(1);
  auto* command = add_command(*group, invocation, "create", "Make a link and print it", create);
  command->add_option("phone", "Id, beginning of an id, or name")->required();
  command->add_option("--for", "How long it works, such as 90s, 10m, 2h or 3d [1d]")
      ->type_name("SPAN");
  add_switch(*command, "--view-only", "Who holds it may watch, not touch");
  command
      ->add_option("--clipboard",
                   "Which way texts may pass: none, in, out or both [both, or none "
                   "with --view-only]")
      ->check(CLI::IsMember({"none", "in", "out", "both"}))
      ->type_name("WAY");
  add_switch(*command, "--once", "It lets one visitor in");
  add_switch(*command, "--password", "Ask for a password that its holder must know");
  add_switch(*command, "--password-stdin", "Read that password from standard input");
  command = add_command(*group, invocation, "list", "List links", list);
  command->add_option("--phone", "Only of this phone")->type_name("PHONE");
  command = add_command(*group, invocation, "show", "Show one link", show);
  command->add_option("link", "Id or beginning of an id")->required();
  command = add_command(*group, invocation, "revoke", "End a link and all its views", revoke);
  command->add_option("link", "Id or beginning of an id")->required();
}

}  // namespace rookery::tool
