// rookery fork ACTOR --at POSITION
#include "tools/rookery/find_entity.h"
#include "tools/rookery/invocation.h"
#include "tools/rookery/moment.h"
#include "tools/rookery/print.h"

namespace rookery::tool {
namespace {

// Why a kind has no use for a past that is taken over.
std::string why_not(EntityKind kind) {
  switch (kind) {
    case EntityKind::kPhone:
      return {};
    case EntityKind::kSession:
      return "a stream session is a connection, and that cannot be had twice";
    case EntityKind::kLink:
      return "a link is a secret that somebody holds: make another with rookery link create";
    case EntityKind::kUser:
      return "a user is one person: register another";
    case EntityKind::kOrganization:
      return "others belong to an organization by its id: found another";
    default:
      return "only phones can be forked";
  }
}

Outcome fork(Context& context, const CLI::App& command) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto actor = find_entity(*api, argument(command, "actor"));
  if (!actor) return Failure(actor.error());
  const std::string refusal = why_not(actor->kind());
  if (!refusal.empty()) return Failure(Error{to_text(*actor) + " cannot be forked: " + refusal});
  Json body{{"position", number_argument(command, "--at", 0)}};
  if (flag(command, "--name")) body["name"] = argument(command, "--name");
  const auto answer = api->post(entity_target(*actor) + "/fork", body);
  if (!answer) return Failure(answer.error());
  print_created(context, *answer);
  return Done{};
}

std::string check_position(const std::string& text) {
  const auto number = parse_number(text.starts_with("position:") ? text.substr(9) : text);
  if (!number) return number.error().message;
  return *number > 0 ? std::string() : "positions begin with 1";
}

std::string bare_number(std::string& text) {
  if (text.starts_with("position:")) text.erase(0, 9);
  return {};
}

}  // namespace

void add_fork_command(CLI::App& app, Invocation& invocation) {
  auto* command = add_command(app, invocation, "fork",
                              "Make a new phone that takes over what another was at a position; it "
                              "has no user, and a guest of its own",
                              fork);
  command->add_option("actor", "A phone: its id or name")->required();
  command->add_option("--at", "The log's position up to which both have one past")
      ->required()
      ->check(CLI::Validator(check_position, "POSITION"))
      ->transform(CLI::Validator(bare_number, ""));
  command->add_option("--name", "The new phone's name; else the old one's and \"fork\"");
}

}  // namespace rookery::tool
