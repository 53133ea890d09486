// audit verify|prove|witness|key
#include <ctime>
#include <fstream>
#include <iostream>
#include <limits>
#include <sstream>

#include "eventstore/audit_keys.h"
#include "eventstore/proof_json.h"
#include "eventstore/rocksdb_event_log.h"
#include "eventstore/verifier.h"
#include "schemas/shown_json.h"
#include "tools/rookery/audit_arguments.h"
#include "tools/rookery/audit_remote.h"
#include "tools/rookery/moment.h"
#include "tools/rookery/print.h"
#include "tools/rookery/progress.h"
#include "tools/rookery/small_file.h"
#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

constexpr const char* kWitnessName = "witness.local/rookery";
constexpr const char* kSignatureStart = "\u2014 ";
constexpr std::size_t kSeenBytesMax = std::size_t{16} << 20;

std::string finding_line(const AuditFinding& finding) {
  std::string line = "NOT verified: ";
  if (finding.position != 0) {
    line += "shard " + std::to_string(finding.shard) + " position " +
            std::to_string(finding.position) + ", ";
  }
  if (finding.stream) line += to_text(*finding.stream) + ", ";
  return line + finding.field + ": " + finding.message;
}

Json finding_json(const AuditFinding& finding) {
  return {{"verified", false},
          {"shard", finding.shard},
          {"position", finding.position},
          {"stream", finding.stream ? Json(to_text(*finding.stream)) : Json(nullptr)},
          {"field", finding.field},
          {"message", finding.message}};
}

Outcome not_verified(Context& context, const AuditFinding& finding) {
  if (context.settings.json) context.out << to_line(finding_json(finding)) << "\n";
  return Failure(Error{escape_text(finding_line(finding))});
}

// What was seen in earlier runs, a note for each shard; nothing on the first. A note ends with its
// signatures, and only those begin with a dash.
Result<std::vector<std::string>> read_seen(const CLI::App& command) {
  const std::string file = argument(command, "--seen");
  std::vector<std::string> seen;
  if (file.empty() || !std::filesystem::exists(file)) return seen;
  const auto notes = read_small_file(file, kSeenBytesMax);
  if (!notes) return notes.error();
  std::istringstream lines(*notes);
  bool signature = true;
  for (std::string line; std::getline(lines, line);) {
    const bool dash = line.starts_with(kSignatureStart);
    if (signature && !dash) seen.emplace_back();
    signature = dash;
    seen.back() += line + "\n";
  }
  return seen;
}

Status remember(const CLI::App& command, const std::string& notes) {
  const std::string file = argument(command, "--seen");
  if (file.empty() || notes.empty()) return Done{};
  return replace_small_file(file, notes);
}

Outcome verify_database(Context& context, const CLI::App& command, AuditOptions options) {
  const auto folder = events_folder(argument(command, "--data"));
  ProgressLine line("events");
  options.progress = line.shower();
  const auto report = verify_store(folder, options);
  line.end();
  if (!report) return Failure(Error{"NOT verified: " + escape_text(report.error().message)});
  if (report->first_bad) return not_verified(context, *report->first_bad);
  auto log = open_rocksdb_event_log(folder, {.read_only = true});
  if (!log) return Failure(log.error());
  std::string notes;
  for (Shard shard = 0; shard < (*log)->shard_count(); ++shard) {
    const auto newest = (*log)->last_checkpoint(shard);
    if (!newest) return Failure(newest.error());
    notes += newest->value_or("");
  }
  if (const auto kept = remember(command, notes); !kept) return Failure(kept.error());
  std::uint64_t signed_events = 0;
  for (const std::uint64_t up_to : report->signed_up_to) signed_events += up_to;
  print_record(context, {{"verified", true},
                         {"events", report->events},
                         {"streams", report->streams},
                         {"checkpoints", report->checkpoints},
                         {"signed_events", signed_events},
                         {"compared_with_seen", !options.seen.empty()}});
  return Done{};
}

Outcome verify_server(Context& context, const CLI::App& command, const AuditOptions& options) {
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto report = verify_remote(*api, options);
  if (!report) return Failure(report.error());
  if (report->finding) return not_verified(context, *report->finding);
  if (const auto kept = remember(command, report->checkpoints); !kept) return Failure(kept.error());
  print_record(context, {{"verified", true},
                         {"events", report->events},
                         {"compared_with_seen", !options.seen.empty()},
                         {"note",
                          "the server's tree fits its checkpoints; events themselves are "
                          "checked by audit prove, or from a copy with --data"}});
  return Done{};
}

Outcome verify(Context& context, const CLI::App& command) {
  AuditOptions options;
  auto keys = read_verifiers(argument(command, "--key"));
  if (!keys) return usage_failure(escape_text(keys.error().message));
  options.keys = std::move(*keys);
  auto seen = read_seen(command);
  if (!seen) return Failure(seen.error());
  options.seen = std::move(*seen);
  return flag(command, "--data") ? verify_database(context, command, std::move(options))
                                 : verify_server(context, command, options);
}

Outcome prove(Context& context, const CLI::App& command) {
  const auto position = number_argument(command, "position", 0);
  const auto shard = number_argument(command, "--shard", 0);
  if (!flag(command, "--data")) {
    auto api = context.api();
    if (!api) return usage_failure(api.error().message);
    const auto proof = api->get("/v1/audit/proof?position=" + std::to_string(position) +
                                "&shard=" + std::to_string(shard));
    if (!proof) return Failure(proof.error());
    context.out << to_line(*proof) << "\n";
    return Done{};
  }
  auto log =
      open_rocksdb_event_log(events_folder(argument(command, "--data")), {.read_only = true});
  if (!log) return Failure(log.error());
  if (shard >= (*log)->shard_count()) {
    return Failure(Error{"this log has " + std::to_string((*log)->shard_count()) + " shards"});
  }
  const auto proof = prove_event(**log, static_cast<Shard>(shard), position);
  if (!proof) return Failure(proof.error());
  context.out << to_line(Json(proof_json(*proof))) << "\n";
  return Done{};
}

// The witness's own key, made on the first run.
Result<NoteSigner> witness_key(const CLI::App& command) {
  const std::filesystem::path file = argument(command, "--witness-key");
  if (std::filesystem::exists(file)) {
    auto text = read_small_file(file, kNoteBytesMax);
    if (!text) return text.error();
    if (!text->empty() && text->back() == '\n') text->pop_back();
    return NoteSigner::parse(*text);
  }
  const auto signer =
      NoteSigner::generate(argument(command, "--name", kWitnessName), NoteKeyKind::kCosignature);
  if (const auto kept = replace_small_file(file, signer.text() + "\n"); !kept) return kept.error();
  std::cerr << "rookery: made the witness key " << signer.verifier().text() << "\n";
  return signer;
}

Outcome alarm(const CLI::App& command, const std::string& seen, const std::string& news) {
  const std::string file = argument(command, "--seen") + ".alarm";
  const auto kept = replace_small_file(file, seen + "\n" + news);
  return Failure(
      Error{"ALARM: the log does not continue what was witnessed before; both "
            "checkpoints are in " +
            escape_text(file) + (kept ? "" : ", which could not be written")});
}

Outcome witness(Context& context, const CLI::App& command) {
  const auto keys = read_verifiers(argument(command, "--key"));
  if (!keys) return usage_failure(escape_text(keys.error().message));
  const auto own = witness_key(command);
  if (!own) return Failure(own.error());
  const auto seen = read_seen(command);
  if (!seen) return Failure(seen.error());
  auto api = context.api();
  if (!api) return usage_failure(api.error().message);
  const auto news = fetch_checkpoint(*api, *keys);
  if (!news) return Failure(news.error());
  if (!seen->empty()) {
    const auto before = verify_checkpoint(seen->front(), *keys);
    if (!before) return Failure(Error{"the --seen file: " + before.error().message});
    const auto continues = check_continues(*api, before->checkpoint, news->verified.checkpoint);
    if (!continues) return Failure(continues.error());
    if (!*continues) return alarm(command, seen->front(), news->note);
  }
  const auto text = checkpoint_text(news->verified.checkpoint);
  const std::string cosigned = news->note + own->sign(text, std::time(nullptr));
  if (const auto kept = remember(command, cosigned); !kept) return Failure(kept.error());
  context.out << (context.settings.json ? to_line({{"checkpoint", cosigned}}) + "\n" : cosigned);
  return Done{};
}

Outcome show_key(Context& context, const CLI::App& command) {
  const auto keys =
      read_verifiers(std::filesystem::path(argument(command, "--data")) / "keys" / "audit.pub");
  if (!keys) return Failure(keys.error());
  for (const NoteVerifier& key : *keys) context.out << key.text() << "\n";
  return Done{};
}

Outcome rotate_key(Context& context, const CLI::App& command) {
  const auto keys = std::filesystem::path(argument(command, "--data")) / "keys";
  const auto status = flag(command, "--retire") ? retire_audit_key(keys) : rotate_audit_key(keys);
  if (!status) return Failure(status.error());
  context.out << (flag(command, "--retire")
                      ? "the older key signs no more once rookeryd restarts\n"
                      : "both keys sign once rookeryd restarts; give out the new audit.pub, then "
                        "run this again with --retire\n");
  return Done{};
}

std::string check_key_name(const std::string& text) {
  const bool fit = !text.empty() && text.find_first_of("+ \t\r\n") == std::string::npos;
  return fit ? std::string() : "a key's name has neither blanks nor '+'";
}

std::string check_shard(const std::string& text) {
  const auto number = parse_number(text);
  if (!number) return number.error().message;
  return *number <= std::numeric_limits<Shard>::max() ? std::string() : "there is no such shard";
}

std::string check_position(const std::string& text) {
  const auto number = parse_number(text);
  if (!number) return number.error().message;
  return *number > 0 ? std::string() : "positions begin with 1";
}

void add_key_commands(CLI::App& audit, Invocation& invocation) {
  CLI::App* key = audit.add_subcommand("key", "The keys that sign checkpoints");
  key->require_subcommand(1);
  const auto add = [&](const char* name, const char* description, auto run) {
    auto* command = add_command(*key, invocation, name, description, run);
    command->add_option("--data", "rookeryd's data folder")
        ->required()
        ->check(CLI::ExistingDirectory)
        ->type_name("DIR");
    return command;
  };
  add("show", "Print the public keys, for audit verify --key", show_key);
  auto* rotate = add("rotate", "Let a new key sign beside the old one", rotate_key);
  add_switch(*rotate, "--retire", "Let the older of two keys sign no more");
}

}  // namespace

void add_proof_commands(CLI::App& audit, Invocation& invocation) {
  CLI::App* command = nullptr;
  const auto data = [&] {
    command->add_option("--data", "A copy of rookeryd's data folder, not the server")
        ->check(CLI::ExistingDirectory)
        ->type_name("DIR");
  };
  const auto key = [&] {
    command->add_option("--key", "The log's public keys: audit.pub")
        ->required()
        ->check(CLI::ExistingFile)
        ->type_name("FILE");
  };
  command =
      add_command(audit, invocation, "verify",
                  "Check every event against what was signed; name the first bad one", verify);
  data();
  key();
  command->add_option("--seen", "Keep the newest checkpoints here: they must still hold next time")
      ->type_name("FILE");
  command =
      add_command(audit, invocation, "prove", "Print a proof that an event is on the log", prove);
  data();
  command->add_option("position", "The event's position")
      ->required()
      ->check(CLI::Validator(check_position, "N"));
  command->add_option("--shard", "Of this shard's log, else 0")
      ->check(CLI::Validator(check_shard, "N"));
  command = add_command(audit, invocation, "witness",
                        "Cosign the server's newest checkpoint if it continues the last one seen",
                        witness);
  key();
  command->add_option("--seen", "Keep the cosigned checkpoint here")->required()->type_name("FILE");
  command->add_option("--witness-key", "The witness's secret key; made when missing")
      ->required()
      ->type_name("FILE");
  command->add_option("--name", "Name of a key that is made, else witness.local/rookery")
      ->check(CLI::Validator(check_key_name, "NAME"));
  add_key_commands(audit, invocation);
}

}  // namespace rookery::tool
