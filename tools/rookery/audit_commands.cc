// audit log|state|replay
#include <openssl/evp.h>

#include <algorithm>
#include <limits>
#include <ostream>

#include "tools/rookery/audit_arguments.h"
#include "tools/rookery/print.h"
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

Outcome state(Context& context, const CLI::App& command) {
  const auto moment = parse_moment(argument(command, "--at"), wall_clock_us());
  if (!moment) return usage_failure(moment.error().message);
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  const auto actor = (*source)->find(argument(command, "actor"));
  if (!actor) return Failure(actor.error());
  const auto answer = (*source)->state_at(*actor, *moment);
  if (!answer) return Failure(answer.error());
  print_record(context, *answer);
  return Done{};
}

std::string sha256_hex(const std::vector<std::string>& lines) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
  for (const auto& line : lines) EVP_DigestUpdate(hash.get(), line.data(), line.size());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(hash.get(), digest, &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

Outcome replay(Context& context, const CLI::App& command) {
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
  command->add_option("actor", "KIND/ID, or a phone's name")->required();
  command->add_option("--at", "A time, version:N or position:N")->required()->type_name("MOMENT");
  add("replay", "Replay everything; print each actor's state hash and the count", replay);
  add_history_commands(*group, invocation);
  add_proof_commands(*group, invocation);
  add_bundle_commands(*group, invocation);
}

}  // namespace rookery::tool
