// audit log|state|replay
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <ostream>

#include "eventstore/rocksdb_event_log.h"
#include "tools/rookery/audit_arguments.h"
#include "tools/rookery/audit_rebuild.h"
#include "tools/rookery/print.h"
#include "tools/rookery/progress.h"
#include "tools/rookery/sha256_text.h"
#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

Outcome log(Context& context, const CLI::App& command) {
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  const auto filter = read_filter(**source, command);
  if (!filter) return Failure(filter.error());
  std::uint64_t left =
      number_argument(command, "--limit", std::numeric_limits<std::uint64_t>::max());
  if (left == 0) return Done{};
  return outcome_of((*source)->read_events(*filter, [&](const Json& event) {
    print_event(context, event);
    return --left > 0 && context.out.good();
  }));
}

Outcome states(Context& context, AuditSource& source, const EntityId& organization,
               const Moment& moment) {
  if (moment.by == Moment::By::kVersion) return usage_failure("with --org: a time or position:N");
  return outcome_of(source.each_state(organization, moment, [&](const Json& one) {
    if (context.settings.json) {
      context.out << to_line(one) << "\n";
    } else {
      context.out << padded(escape_text(text_field(one, "id")), 38) << " "
                  << padded("version " + cell_text(one, "version"), 14) << " "
                  << padded(escape_text(text_field(one, "phase")), 12) << " "
                  << to_line(one.value("state", Json())) << "\n";
    }
    return context.out.good();
  }));
}

Outcome state(Context& context, const CLI::App& command) {
  const auto moment = parse_moment(argument(command, "--at"), wall_clock_us());
  if (!moment) return usage_failure(moment.error().message);
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  const auto organization = organization_of(**source, command);
  if (!organization) return usage_failure(organization.error().message);
  if (*organization) return states(context, **source, **organization, *moment);
  const auto actor = (*source)->find(argument(command, "actor"));
  if (!actor) return Failure(actor.error());
  const auto answer = (*source)->state_at(*actor, *moment);
  if (!answer) return Failure(answer.error());
  print_record(context, *answer);
  return Done{};
}

Outcome who(Context& context, const CLI::App& command) {
  const auto moment = parse_moment(argument(command, "--at", "0s"), wall_clock_us());
  if (!moment) return usage_failure(moment.error().message);
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  const auto actor = (*source)->find(argument(command, "actor"));
  if (!actor) return Failure(actor.error());
  const auto answer = (*source)->who_could(*actor, flag(command, "--at") ? *moment : Moment{});
  if (!answer) return Failure(answer.error());
  print_items(context, *answer,
              {{"WHO", "who"},
               {"LOGIN", "login"},
               {"CAN", "can"},
               {"THROUGH", "through"},
               {"DETAIL", "detail"},
               {"POSITION", "position"},
               {"TIME", "time_us"},
               {"TYPE", "type"},
               {"BY", "principal"}});
  if (answer->value("more", false)) return Failure(Error{"there are more than were told"});
  return Done{};
}

// Gone with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rookery-replay-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  // Empty: it could not be made.
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Outcome replay_anew(Context& context, const CLI::App& command) {
  if (!flag(command, "--data")) {
    return usage_failure("--until builds the log anew from its own bytes: give a copy with --data");
  }
  const auto until = parse_moment(argument(command, "--until"), wall_clock_us());
  if (!until) return usage_failure(until.error().message);
  if (until->by == Moment::By::kVersion) return usage_failure("give a time or position:N");
  const auto log =
      open_rocksdb_event_log(events_folder(argument(command, "--data")), {.read_only = true});
  if (!log) return Failure(log.error());
  const ScratchFolder scratch;
  if (scratch.path().empty()) return Failure(Error{"cannot make a folder below TMPDIR"});
  ProgressLine line("events");
  const auto rebuilt = rebuild(**log, *until, scratch.path() / "events", line.shower());
  line.end();
  if (!rebuilt) return Failure(Error{escape_text(rebuilt.error().message)});
  if (!rebuilt->difference.empty()) {
    return Failure(Error{"NOT the same: " + escape_text(rebuilt->difference)});
  }
  if (rebuilt->same_trees == false) {
    return Failure(
        Error{"NOT the same: the rebuilt log has another Merkle root; run audit verify"});
  }
  print_record(context, {{"events_replayed", rebuilt->events},
                         {"actors", rebuilt->actors},
                         {"snapshots_compared", rebuilt->snapshots},
                         {"same_tree", rebuilt->same_trees ? Json(true) : Json(nullptr)},
                         {"state_hash", rebuilt->state_hash}});
  return Done{};
}

Outcome replay(Context& context, const CLI::App& command) {
  if (flag(command, "--until")) return replay_anew(context, command);
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  std::uint64_t events = 0;
  const auto counted = (*source)->read_events({}, [&](const Json&) {
    ++events;
    return true;
  });
  if (!counted) return Failure(counted.error());
  std::vector<std::string> hashes;
  const auto replayed = (*source)->replay_all([&](const Json& actor) {
    const Json line{{"actor", actor.value("id", Json())},
                    {"version", actor.value("version", Json())},
                    {"phase", actor.value("phase", Json())},
                    {"state_hash", actor.value("state_hash", Json())}};
    hashes.push_back(text_field(line, "actor") + " " + text_field(line, "state_hash") + "\n");
    if (context.settings.json) {
      context.out << to_line(line) << "\n";
    } else {
      context.out << padded(escape_text(text_field(line, "actor")), 38) << " "
                  << padded("version " + cell_text(line, "version"), 14) << " "
                  << padded(escape_text(text_field(line, "phase")), 12) << " "
                  << escape_text(text_field(line, "state_hash")) << "\n";
    }
    return context.out.good();
  });
  if (!replayed) return Failure(replayed.error());
  std::sort(hashes.begin(), hashes.end());
  print_record(
      context,
      {{"events_replayed", events}, {"actors", hashes.size()}, {"state_hash", sha256_hex(hashes)}});
  return Done{};
}

std::string check_number(const std::string& text) {
  const auto number = parse_number(text);
  return number ? std::string() : number.error().message;
}

}  // namespace

void add_audit_commands(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("audit", "What happened, who did it, what the state was");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* description, auto run) {
    auto* command = add_command(*group, invocation, name, description, run);
    add_data_option(*command);
    return command;
  };
  auto* command = add("log", "Print events, oldest first", log);
  add_filter_options(*command);
  command->add_option("--limit", "At most so many events")
      ->check(CLI::Validator(check_number, "N"));
  command = add("state", "Print one actor's state at a moment of the past", state);
  command->add_option("actor", "KIND/ID, or a phone's name");
  add_organization_option(*command);
  command->add_option("--at", "A time, version:N or position:N")->required()->type_name("MOMENT");
  command = add("who", "Print who could see or control an actor then, and what let them", who);
  command->add_option("actor", "KIND/ID, or a phone's name")->required();
  add_moment_option(*command, "--at", "A time, version:N or position:N; else now");
  command = add("replay", "Replay everything; print each actor's state hash and the count", replay);
  add_moment_option(*command, "--until",
                    "Build all up to a time or position:N anew, in a scratch store, and compare it "
                    "with the log and its snapshots (needs --data)");
  add_history_commands(*group, invocation);
  add_proof_commands(*group, invocation);
  add_bundle_commands(*group, invocation);
  add_anomaly_command(*group, invocation);
}

}  // namespace rookery::tool
