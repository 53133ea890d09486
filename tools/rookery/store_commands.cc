// store backup|restore|stat|compact|archive
#include "eventstore/archive_store.h"
#include "eventstore/audit_keys.h"
#include "eventstore/store_files.h"
#include "tools/rookery/audit_arguments.h"
#include "tools/rookery/print.h"
#include "tools/rookery/progress.h"
#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

// "20261120-140300", from the time.
std::string name_by_time() {
  std::string name;
  for (const char c : format_time(wall_clock_us()).substr(0, 19)) {
    if (c == 'T') name += '-';
    if (c >= '0' && c <= '9') name += c;
  }
  return name;
}

Outcome backup(Context& context, const CLI::App& command) {
  const std::string name = argument(command, "name", name_by_time());
  if (flag(command, "--data")) {
    const std::filesystem::path data = argument(command, "--data");
    const auto folder = std::filesystem::absolute(data) / "backups" / name;
    const auto status = back_up(events_folder(data), folder);
    if (!status) return Failure(status.error());
    print_done(context, {{"folder", folder.string()}}, escape_text(folder.string()));
    return Done{};
  }
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto answer = api->post("/v1/store/backups", {{"name", name}});
  if (!answer) return Failure(answer.error());
  print_done(context, *answer, escape_text(text_field(*answer, "folder")));
  return Done{};
}

Outcome restore(Context& context, const CLI::App& command) {
  RestoreOptions options;
  if (flag(command, "--key")) {
    auto keys = read_verifiers(argument(command, "--key"));
    if (!keys) return usage_failure(escape_text(keys.error().message));
    options.keys = std::move(*keys);
  }
  const auto target = std::filesystem::path(argument(command, "--data")) / "events";
  {
    ProgressLine line("bytes");
    options.progress = line.shower();
    const auto status = restore_store(argument(command, "backup"), target, options);
    if (!status) return Failure(status.error());
  }
  print_done(context, {{"folder", target.string()}, {"verified", !options.keys.empty()}},
             "restored to " + escape_text(target.string()) +
                 (options.keys.empty() ? ", every hash checked; give --key to check what was signed"
                                       : ", every event is as it was signed"));
  return Done{};
}

Outcome stat(Context& context, const CLI::App& command) {
  const auto found = stat_store(events_folder(argument(command, "--data")));
  if (!found) return Failure(found.error());
  Json families = Json::array();
  for (const auto& family : found->families) {
    families.push_back(
        {{"family", family.name}, {"records", family.records}, {"bytes", family.bytes}});
  }
  Json record{{"identity", found->identity}, {"epoch", found->epoch}, {"bytes", found->bytes}};
  std::uint64_t events = 0;
  std::uint64_t signed_events = 0;
  for (const auto& shard : found->shards) {
    events += shard.events;
    signed_events += shard.signed_events;
  }
  record["shards"] = found->shards.size();
  record["events"] = events;
  record["signed_events"] = signed_events;
  record["archived_events"] = found->archived.events;
  record["archive_segments"] = found->archived.segments;
  record["archive_bytes"] = found->archived.bytes;
  if (!found->archived.problems.empty()) record["archive_problems"] = found->archived.problems;
  if (context.settings.json) record["families"] = families;
  print_record(context, record);
  if (!context.settings.json) {
    print_items(context, {{"items", families}},
                {{"FAMILY", "family"}, {"RECORDS (ABOUT)", "records"}, {"BYTES", "bytes"}});
  }
  return Done{};
}

// The actor is looked for before the store is opened for writing.
Result<std::optional<EntityId>> archived_stream(const CLI::App& command) {
  if (!flag(command, "--stream")) return std::optional<EntityId>();
  const auto source = audit_database(argument(command, "--data"));
  if (!source) return source.error();
  const auto found = (*source)->find(argument(command, "--stream"));
  if (!found) return found.error();
  return std::optional<EntityId>(*found);
}

Outcome archive(Context& context, const CLI::App& command) {
  if (flag(command, "--stream") == flag(command, "--before")) {
    return usage_failure("give either --before TIME or --stream ACTOR");
  }
  const std::filesystem::path data = argument(command, "--data");
  const auto stat = stat_store(events_folder(data));
  if (!stat) return Failure(stat.error());
  ArchiveOptions options;
  const auto stream = archived_stream(command);
  if (!stream) return Failure(stream.error());
  options.stream = *stream;
  if (flag(command, "--before")) {
    const auto before = parse_time(argument(command, "--before"), wall_clock_us());
    if (!before) return usage_failure(before.error().message);
    options.before_us = *before;
  }
  auto signers = open_audit_keys(data / "keys", stat->identity);
  if (!signers) return Failure(signers.error());
  options.signers = std::move(*signers);
  Result<ArchiveReport> report = ArchiveReport{};
  {
    ProgressLine line("events");
    options.progress = line.shower();
    report = archive_store(events_folder(data), options);
  }
  if (!report) return Failure(report.error());
  print_done(context,
             {{"events", report->events},
              {"segments", report->segments},
              {"event_bytes", report->event_bytes},
              {"file_bytes", report->file_bytes}},
             std::to_string(report->events) + " events archived in " +
                 std::to_string(report->segments) + " segments; " +
                 std::to_string(report->event_bytes) + " bytes became " +
                 std::to_string(report->file_bytes));
  return Done{};
}

Outcome compact(Context& context, const CLI::App& command) {
  const auto folder = events_folder(argument(command, "--data"));
  const auto before = stat_store(folder);
  if (!before) return Failure(before.error());
  {
    ProgressLine line("column families");
    const auto status = compact_store(folder, line.shower());
    if (!status) return Failure(status.error());
  }
  const auto after = stat_store(folder);
  if (!after) return Failure(after.error());
  print_done(
      context, {{"bytes_before", before->bytes}, {"bytes_after", after->bytes}},
      std::to_string(before->bytes) + " bytes before, " + std::to_string(after->bytes) + " after");
  return Done{};
}

}  // namespace

void add_store_commands(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("store", "Copies of the event log, its size, its order");
  group->require_subcommand(1);
  const auto data = [](CLI::App& command, const std::string& description) {
    return command.add_option("--data", description)->type_name("DIR");
  };
  auto* command = add_command(*group, invocation, "backup",
                              "Copy the log as it is now; the server goes on meanwhile", backup);
  command->add_option("name", "Folder below the server's data/backups; else the time");
  data(*command, "This data folder, of a server that does not run")->check(CLI::ExistingDirectory);
  command = add_command(*group, invocation, "restore",
                        "Make a data folder's log from a backup, and check all of it", restore);
  command->add_option("backup", "The backup's folder")->required()->check(CLI::ExistingDirectory);
  data(*command, "The data folder; it must not hold a log")->required();
  command->add_option("--key", "The log's public keys: every event must be as they signed")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command = add_command(*group, invocation, "stat", "Print how much a log holds", stat);
  data(*command, "The data folder, also of a running server")
      ->required()
      ->check(CLI::ExistingDirectory);
  command = add_command(*group, invocation, "compact", "Sort a log's files anew and give room back",
                        compact);
  data(*command, "The data folder, of a server that does not run")
      ->required()
      ->check(CLI::ExistingDirectory);
  command = add_command(*group, invocation, "archive",
                        "Move signed history into sealed, compressed files that all go on reading",
                        archive);
  data(*command, "The data folder with its keys, of a server that does not run")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--before", "What happened before this time, such as 2026-11-20 or 90d")
      ->type_name("TIME");
  command->add_option("--stream", "All events of this actor")->type_name("ACTOR");
}

}  // namespace rookery::tool
