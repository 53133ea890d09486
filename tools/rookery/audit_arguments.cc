#include "tools/rookery/audit_arguments.h"

#include "schemas/event_codec.h"
#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

constexpr std::string_view kPosition = "position:";
constexpr const char* kRefusals =
    "CommandRefused,Access.Refused,User.SignInFailed,Link.TryFailed,Session.InputsRefused";

// A time or position:N.
std::string check_bound(const std::string& text) {
  if (text.starts_with(kPosition)) {
    const auto number = parse_number(text.substr(kPosition.size()));
    return number ? std::string() : number.error().message;
  }
  const auto time = parse_time(text, wall_clock_us());
  return time ? std::string() : time.error().message;
}

Result<EntityId> find_organization(AuditSource& source, const std::string& text) {
  const std::string prefix = "organization/";
  return source.find(text.starts_with(prefix) ? text : prefix + text);
}

std::string check_moment(const std::string& text) {
  const auto moment = parse_moment(text, wall_clock_us());
  return moment ? std::string() : moment.error().message;
}

}  // namespace

void add_data_option(CLI::App& command) {
  command.add_option("--data", "Read this database copy (rookeryd's data folder), not the server")
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
}

std::filesystem::path events_folder(const std::filesystem::path& data) {
  std::error_code ignored;
  return std::filesystem::is_directory(data / "events", ignored) ? data / "events" : data;
}

void add_filter_options(CLI::App& command) {
  command.add_option("--actor", "Of this one: KIND/ID, or a phone's name")->type_name("ACTOR");
  command.add_option("--principal", "Caused by this one: a login, user/ID or system")
      ->type_name("USER");
  command.add_option("--type", "A type such as Phone.Created, or all that begin so: Phone.")
      ->type_name("TYPE");
  command.add_option("--org", "Of all actors of this organization: its name or id")
      ->type_name("ORGANIZATION");
  auto* queries = add_switch(command, "--queries", "Who asked for what: type Access.Queried");
  auto* refusals = add_switch(command, "--refusals", "What was refused, to whom and why");
  queries->excludes("--type")->excludes(refusals);
  refusals->excludes("--type");
  const CLI::Validator time(check_bound, "TIME");
  command
      .add_option("--since",
                  "From this time on, such as 2026-11-20T14:03:00Z or 10m, or position:N")
      ->check(time);
  command.add_option("--until", "Up to this time or position:N")->check(time);
}

void add_organization_option(CLI::App& command) {
  command.add_option("--org", "All actors of this organization: its name or id")
      ->type_name("ORGANIZATION")
      ->excludes("actor");
}

Result<std::optional<EntityId>> organization_of(AuditSource& source, const CLI::App& command) {
  if (!flag(command, "--org")) {
    if (!argument(command, "actor").empty()) return std::optional<EntityId>();
    return Error{"name an actor, or an organization with --org"};
  }
  const auto id = find_organization(source, argument(command, "--org"));
  if (!id) return id.error();
  return std::optional(*id);
}

void add_moment_option(CLI::App& command, const std::string& name, const std::string& description) {
  command.add_option(name, description)->check(CLI::Validator(check_moment, "MOMENT"));
}

Result<std::uint64_t> version_of(AuditSource& source, const std::string& moment,
                                 const EntityId& actor) {
  const auto parsed =
      moment.empty() ? Result<Moment>(Moment{}) : parse_moment(moment, wall_clock_us());
  if (!parsed) return parsed.error();
  const auto state = source.state_at(actor, *parsed);
  if (!state) return state.error();
  return number_field(*state, "version");
}

Result<std::unique_ptr<AuditSource>> open_source(Context& context, const CLI::App& command) {
  if (flag(command, "--data")) return audit_database(argument(command, "--data"));
  auto api = context.api();
  if (!api) return api.error();
  return audit_server(std::move(*api));
}

Result<EventFilter> read_filter(AuditSource& source, const CLI::App& command) {
  EventFilter filter;
  filter.type = argument(command, "--type");
  if (flag(command, "--queries")) filter.type = "Access.Queried";
  if (flag(command, "--refusals")) filter.type = kRefusals;
  if (!filter.type.empty() && filter.type.back() == '*') filter.type.pop_back();
  if (!filter.type.empty() && filter.type.back() != '.' && !names_event_types(filter.type) &&
      names_event_types(filter.type + ".")) {
    filter.type += '.';
  }
  if (flag(command, "--org")) {
    const auto organization = find_organization(source, argument(command, "--org"));
    if (!organization) return organization.error();
    filter.organization = *organization;
  }
  if (!filter.type.empty() && !names_event_types(filter.type)) {
    return Error{"no event type is called '" + escape_text(filter.type) +
                 "': write one such as Phone.Created, or Phone. for all that begin so"};
  }
  for (const auto& [name, slot] :
       {std::pair{"--actor", &filter.actor}, std::pair{"--principal", &filter.principal}}) {
    if (!flag(command, name)) continue;
    std::string text = argument(command, name);
    const bool login =
        slot == &filter.principal && text != "system" && text.find('/') == std::string::npos;
    const auto id = source.find(login ? "user/" + text : text);
    if (!id) return id.error();
    *slot = *id;
  }
  const std::int64_t now_us = wall_clock_us();
  for (const auto& [name, slot] :
       {std::pair{"--since", &filter.since_us}, std::pair{"--until", &filter.until_us}}) {
    if (!flag(command, name)) continue;
    const std::string text = argument(command, name);
    if (text.starts_with(kPosition)) {
      const std::uint64_t number = *parse_number(text.substr(kPosition.size()));
      (slot == &filter.until_us ? filter.until_position : filter.from_position) = number;
      continue;
    }
    const auto read = slot == &filter.until_us ? parse_time_end : parse_time;
    *slot = *read(text, now_us);
  }
  return filter;
}

}  // namespace rookery::tool
