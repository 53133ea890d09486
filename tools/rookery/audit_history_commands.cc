// audit diff|timeline|export
#include <functional>
#include <map>
#include <ostream>

#include "tools/rookery/audit_arguments.h"
#include "tools/rookery/audit_history.h"
#include "tools/rookery/print.h"
#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

Status print_difference(Context& context, AuditSource& source, const EntityId& actor,
                        std::uint64_t from, std::uint64_t to) {
  const auto found = difference(source, actor, from, to);
  if (!found) return found.error();
  if (context.settings.json) {
    context.out << to_line(*found) << "\n";
    return Done{};
  }
  Table table({"FIELD", "BEFORE", "AFTER", "POSITION", "TIME", "TYPE", "BY"});
  for (const Json& change : (*found)["changes"]) {
    table.add({text_field(change, "field"), to_line(change["before"]), to_line(change["after"]),
               cell_text(change, "position"), cell_text(change, "time_us"),
               cell_text(change, "type"), cell_text(change, "principal")});
  }
  context.out << table.text();
  return Done{};
}

// Actors of the organization and their versions at a moment; those that were not there are missing.
Result<std::map<EntityId, std::uint64_t>> versions_at(AuditSource& source,
                                                      const EntityId& organization,
                                                      const std::string& text) {
  const auto moment = text.empty() ? Result<Moment>(Moment{}) : parse_moment(text, wall_clock_us());
  if (!moment) return moment.error();
  if (moment->by == Moment::By::kVersion) return Error{"with --org: a time or position:N"};
  std::map<EntityId, std::uint64_t> versions;
  const auto read = source.each_state(organization, *moment, [&](const Json& state) {
    const auto id = parse_entity_id(text_field(state, "id"));
    if (id) versions[*id] = number_field(state, "version");
    return true;
  });
  if (!read) return read.error();
  return versions;
}

// Calls tell(actor, version before, version after) for each actor that has events in between.
Outcome each_changed(
    AuditSource& source, const EntityId& organization, const CLI::App& command,
    const std::function<Status(const EntityId&, std::uint64_t, std::uint64_t)>& tell) {
  std::map<EntityId, std::uint64_t> before;
  if (flag(command, "--from")) {
    auto found = versions_at(source, organization, argument(command, "--from"));
    if (!found) return Failure(found.error());
    before = std::move(*found);
  }
  const auto after = versions_at(source, organization, argument(command, "--to"));
  if (!after) return Failure(after.error());
  for (const auto& [actor, version] : *after) {
    if (before[actor] >= version) continue;
    if (const auto told = tell(actor, before[actor], version); !told) return Failure(told.error());
  }
  return Done{};
}

Outcome diff_all(Context& context, AuditSource& source, const EntityId& organization,
                 const CLI::App& command) {
  return each_changed(source, organization, command,
                      [&](const EntityId& actor, std::uint64_t from, std::uint64_t to) {
                        if (!context.settings.json) context.out << to_text(actor) << "\n";
                        return print_difference(context, source, actor, from, to);
                      });
}

Outcome diff(Context& context, const CLI::App& command) {
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  const auto organization = organization_of(**source, command);
  if (!organization) return usage_failure(organization.error().message);
  if (*organization) return diff_all(context, **source, **organization, command);
  const auto actor = (*source)->find(argument(command, "actor"));
  if (!actor) return Failure(actor.error());
  std::uint64_t from = 0;  // before it was
  if (flag(command, "--from")) {
    const auto version = version_of(**source, argument(command, "--from"), *actor);
    if (!version) return Failure(version.error());
    from = *version;
  }
  const auto to = version_of(**source, argument(command, "--to"), *actor);
  if (!to) return Failure(to.error());
  if (from > *to) return usage_failure("--from is later than --to: turn them round");
  return outcome_of(print_difference(context, **source, *actor, from, *to));
}

void print_change(Context& context, const Json& change) {
  if (context.settings.json) {
    context.out << to_line(change) << "\n";
    return;
  }
  const std::string before = text_field(change, "phase_before");
  const std::string after = text_field(change, "phase");
  context.out << padded(cell_text(change, "position"), 8) << " " << cell_text(change, "time_us")
              << "  " << padded(escape_text(cell_text(change, "type")), 26) << " by "
              << escape_text(cell_text(change, "principal"))
              << (before == after ? "" : "  " + escape_text(before + " -> " + after)) << "\n";
  for (const Json& one : change.value("changes", Json::array())) {
    context.out << "           " << escape_text(text_field(one, "field")) << ": "
                << to_line(one.value("before", Json())) << " -> "
                << to_line(one.value("after", Json())) << "\n";
  }
}

Outcome timeline(Context& context, const CLI::App& command) {
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  const auto print = [&](const Json& change) {
    print_change(context, change);
    return context.out.good();
  };
  const auto organization = organization_of(**source, command);
  if (!organization) return usage_failure(organization.error().message);
  if (*organization) {
    return each_changed(**source, **organization, command,
                        [&](const EntityId& actor, std::uint64_t from, std::uint64_t to) {
                          if (!context.settings.json) context.out << to_text(actor) << "\n";
                          return (*source)->read_changes(actor, from, to, print);
                        });
  }
  const auto actor = (*source)->find(argument(command, "actor"));
  if (!actor) return Failure(actor.error());
  std::uint64_t after = 0;
  std::uint64_t until = kAnyVersion;
  if (flag(command, "--from")) {
    const auto version = version_of(**source, argument(command, "--from"), *actor);
    if (!version) return Failure(version.error());
    after = *version - 1;
  }
  if (flag(command, "--to")) {
    const auto version = version_of(**source, argument(command, "--to"), *actor);
    if (!version) return Failure(version.error());
    until = *version;
  }
  return outcome_of((*source)->read_changes(*actor, after, until, print));
}

Outcome export_events(Context& context, const CLI::App& command) {
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  const auto filter = read_filter(**source, command);
  if (!filter) return Failure(filter.error());
  const bool csv = argument(command, "--format", "jsonl") == "csv";
  if (csv) context.out << csv_heading();
  const auto read = (*source)->read_events(*filter, [&](const Json& event) {
    context.out << (csv ? csv_row(event) : to_line(event) + "\n");
    return context.out.good();
  });
  if (!read) return Failure(read.error());
  // Half a file must not pass for a whole one.
  if (!context.out.flush().good()) return Failure(Error{"the output could not be written whole"});
  return Done{};
}

}  // namespace

void add_history_commands(CLI::App& audit, Invocation& invocation) {
  const auto add = [&](const char* name, const char* description, auto run) {
    auto* command = add_command(audit, invocation, name, description, run);
    add_data_option(*command);
    return command;
  };
  auto* command = add("diff", "Print what differs between two moments, and who made it so", diff);
  command->add_option("actor", "KIND/ID, or a phone's name");
  add_organization_option(*command);
  add_moment_option(*command, "--from", "A time, version:N or position:N; else before it was");
  add_moment_option(*command, "--to", "The same; else now");
  command = add("timeline", "Print each event and what it changed", timeline);
  command->add_option("actor", "KIND/ID, or a phone's name");
  add_organization_option(*command);
  add_moment_option(*command, "--from", "From the event that was last at this moment on");
  add_moment_option(*command, "--to", "Up to this moment; else now");
  command = add("export", "Write events for other programs, oldest first", export_events);
  add_filter_options(*command);
  command->add_option("--format", "jsonl (one JSON object a line, the default) or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}));
}

}  // namespace rookery::tool
