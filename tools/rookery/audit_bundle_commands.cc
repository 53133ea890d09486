// audit bundle|check
#include <fstream>
#include <ostream>

#include "actors/projections/descent.h"
#include "eventstore/audit_keys.h"
#include "eventstore/proof_json.h"
#include "schemas/event_codec.h"
#include "schemas/shown_json.h"
#include "tools/rookery/audit_arguments.h"
#include "tools/rookery/audit_bundle.h"
#include "tools/rookery/print.h"
#include "tools/rookery/small_file.h"
#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

Outcome bundle(Context& context, const CLI::App& command) {
  auto source = open_source(context, command);
  if (!source) return Failure(source.error());
  const auto actor = (*source)->find(argument(command, "--actor"));
  if (!actor) return Failure(actor.error());
  std::uint64_t first = 1;
  if (flag(command, "--from")) {
    const auto version = version_of(**source, argument(command, "--from"), *actor);
    if (!version) return Failure(version.error());
    first = *version;
  }
  // All of it, or up to that moment.
  const auto last = version_of(**source, argument(command, "--to"), *actor);
  if (!last) return Failure(last.error());
  if (first > *last) return usage_failure("--from is later than --to: turn them round");
  return outcome_of(write_bundle(**source, *actor, first, *last, context.out));
}

// What the proven events say of a past that was taken over, against the origin's own.
class Descent {
 public:
  Descent(const CLI::App& command, const std::vector<NoteVerifier>& keys)
      : keys_(keys), origin_file_(argument(command, "--origin")) {}

  void look(const Envelope& event) {
    if (event.type != phone::event::Forked::kType || !fault_.ok()) return;
    auto decoded = EventDecoder<phone::Event>::decode(event.type, event.schema, event.payload);
    if (!decoded) {
      fault_ = decoded.error();
      return;
    }
    forked_ = std::get<phone::event::Forked>(std::move(*decoded));
    fault_ = check_descent(*forked_, keys_);
  }
  Status finish() const {
    if (!fault_ || origin_file_.empty()) return fault_;
    if (!forked_) return Error{"--origin is for the first event of a fork, which is not here"};
    OriginCheck origin(*forked_);
    std::ifstream in(origin_file_, std::ios::binary);
    const auto checked =
        check_bundle(in, keys_, [&](const Envelope& event) { origin.follow(event); });
    if (!checked) return Error{"--origin: " + checked.error().message};
    return origin.finish();
  }
  // One line for people; empty when there is no fork.
  std::string sentence() const {
    if (!forked_) return {};
    return "proven: forked from " + to_text(forked_->origin) + " after its version " +
           std::to_string(forked_->origin_version) + " at position " +
           std::to_string(forked_->origin_position) +
           (origin_file_.empty() ? "\n" : ", and is what that came to\n");
  }

 private:
  const std::vector<NoteVerifier>& keys_;
  const std::string origin_file_;
  std::optional<phone::event::Forked> forked_;
  Status fault_ = Done{};
};

Failure not_proven(const Error& error) {
  return Failure(Error{"NOT proven: " + escape_text(error.message)});
}

Outcome check_one(Context& context, const std::string& text, const std::vector<NoteVerifier>& keys,
                  Descent descent) {
  const auto proof = parse_proof(text);
  if (!proof) return not_proven(proof.error());
  const auto proven = check_event_proof(*proof, keys);
  if (!proven) return not_proven(proven.error());
  descent.look(proven->event);
  if (const auto whole = descent.finish(); !whole) return not_proven(whole.error());
  const Json event(shown_event(proven->event));
  if (context.settings.json) {
    context.out << to_line({{"proven", true},
                            {"origin", proven->under.checkpoint.origin},
                            {"tree_size", proven->under.checkpoint.head.size},
                            {"event", event}})
                << "\n";
    return Done{};
  }
  context.out << "proven: on the log " << escape_text(proven->under.checkpoint.origin)
              << ", among its first " << proven->under.checkpoint.head.size << " events\n"
              << descent.sentence();
  print_event(context, event);
  return Done{};
}

// Events are printed as they are proven; only the last line says that all of them were.
Outcome check_all(Context& context, const std::string& file, const std::vector<NoteVerifier>& keys,
                  Descent descent) {
  std::ifstream in(file, std::ios::binary);
  const auto checked = check_bundle(in, keys, [&](const Envelope& event) {
    print_event(context, Json(shown_event(event)));
    descent.look(event);
  });
  if (!checked) return not_proven(checked.error());
  if (const auto whole = descent.finish(); !whole) return not_proven(whole.error());
  const Checkpoint& under = checked->under.checkpoint;
  if (context.settings.json) {
    context.out << to_line({{"proven", true},
                            {"origin", under.origin},
                            {"tree_size", under.head.size},
                            {"actor", checked->actor},
                            {"first_version", checked->first_version},
                            {"last_version", checked->last_version}})
                << "\n";
    return Done{};
  }
  context.out << "proven: versions " << checked->first_version << " to " << checked->last_version
              << " of " << escape_text(checked->actor) << ", none left out, on the log "
              << escape_text(under.origin) << ", among its first " << under.head.size << " events\n"
              << descent.sentence();
  return Done{};
}

bool is_bundle(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string start(256, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  return start.find(kBundleFormat) != std::string::npos;
}

Outcome check(Context& context, const CLI::App& command) {
  const auto keys = read_verifiers(argument(command, "--key"));
  if (!keys) return usage_failure(escape_text(keys.error().message));
  const std::string file = argument(command, "proof");
  if (is_bundle(file)) return check_all(context, file, *keys, Descent(command, *keys));
  const auto text = read_small_file(file, kProofBytesMax);
  if (!text) return usage_failure(text.error().message);
  return check_one(context, *text, *keys, Descent(command, *keys));
}

}  // namespace

void add_bundle_commands(CLI::App& audit, Invocation& invocation) {
  auto* command =
      add_command(audit, invocation, "bundle",
                  "Write a slice of an actor's history that others can check alone", bundle);
  add_data_option(*command);
  command->add_option("--actor", "KIND/ID, or a phone's name")->required()->type_name("ACTOR");
  add_moment_option(*command, "--from", "From the event that was last at this moment on");
  add_moment_option(*command, "--to", "Up to this moment; else all");
  command = add_command(audit, invocation, "check",
                        "Check what prove or bundle wrote; needs no server", check);
  command->add_option("proof", "What audit prove or audit bundle printed")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--key", "The log's public keys: audit.pub")
      ->required()
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command
      ->add_option("--origin",
                   "Of a fork: the origin's bundle, to compare what it came to with the fork")
      ->check(CLI::ExistingFile)
      ->type_name("BUNDLE");
}

}  // namespace rookery::tool
