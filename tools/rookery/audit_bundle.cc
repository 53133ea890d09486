#include "tools/rookery/audit_bundle.h"

#include <istream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "eventstore/proof_json.h"

namespace rookery::tool {
namespace {

// Reads a line of at most `bytes_max`; nothing at the end.
Result<std::optional<std::string>> next_line(std::istream& in, std::size_t bytes_max) {
  std::string line;
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (c == '\n') return std::optional<std::string>(std::move(line));
    if (line.size() == bytes_max) return Error{"it is longer than any line of a bundle"};
    line += static_cast<char>(c);
  }
  if (!line.empty()) return Error{"it is cut off"};
  return std::optional<std::string>();
}

Error at_line(std::uint64_t number, const std::string& what) {
  return Error{"line " + std::to_string(number) + ": " + what};
}

Result<BundleCheck> read_heading(const std::string& line) {
  const Error malformed = at_line(1, "this is no bundle: make one with rookery audit bundle");
  const auto heading = nlohmann::json::parse(line, nullptr, false);
  if (!heading.is_object() || heading.value("format", nlohmann::json()) != kBundleFormat) {
    return malformed;
  }
  const auto number = [&](const char* name) -> std::uint64_t {
    const auto found = heading.find(name);
    return found != heading.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  };
  BundleCheck check;
  const auto actor = heading.find("actor");
  if (actor == heading.end() || !actor->is_string()) return malformed;
  check.actor = actor->get<std::string>();
  check.first_version = number("first_version");
  check.last_version = number("last_version");
  if (check.first_version == 0 || check.last_version < check.first_version ||
      number("events") != check.last_version - check.first_version + 1) {
    return malformed;
  }
  return check;
}

}  // namespace

Status write_bundle(AuditSource& source, const EntityId& actor, std::uint64_t first,
                    std::uint64_t last, std::ostream& out) {
  EventFilter own;
  own.actor = actor;
  std::uint64_t end = 0;  // all stand under a checkpoint that covers this position
  const auto found = source.read_events(own, [&](const Json& event) {
    end = number_field(event, "version") == last ? number_field(event, "position") : 0;
    return end == 0;
  });
  if (!found) return found.error();
  if (end == 0) return Error{to_text(actor) + " has no version " + std::to_string(last)};
  out << to_line({{"format", kBundleFormat},
                  {"actor", to_text(actor)},
                  {"first_version", first},
                  {"last_version", last},
                  {"events", last - first + 1}})
      << "\n";
  Status proven = Done{};
  const auto read = source.read_events(own, [&](const Json& event) {
    const std::uint64_t version = number_field(event, "version");
    if (version < first) return true;
    const auto proof = source.prove(actor, number_field(event, "position"), end);
    if (!proof) {
      proven = proof.error();
      return false;
    }
    out << to_line(*proof) << "\n";
    return version < last && out.good();
  });
  if (!read) return read.error();
  if (!proven) return proven;
  if (!out.flush().good()) return Error{"the output could not be written whole"};
  return Done{};
}

Result<BundleCheck> check_bundle(std::istream& in, const std::vector<NoteVerifier>& known,
                                 const std::function<void(const Envelope&)>& visit) {
  const auto first = next_line(in, kProofBytesMax);
  if (!first) return at_line(1, first.error().message);
  auto check = read_heading(first->value_or(""));
  if (!check) return check;
  std::string checkpoint;
  std::uint64_t number = 2;
  for (std::uint64_t version = check->first_version; version <= check->last_version;
       ++version, ++number) {
    const auto line = next_line(in, kProofBytesMax);
    if (!line) return at_line(number, line.error().message);
    if (!*line) return at_line(number, "the bundle ends before its last event");
    const auto proof = parse_proof(**line);
    if (!proof) return at_line(number, proof.error().message);
    if (version == check->first_version) checkpoint = proof->checkpoint;
    if (proof->checkpoint != checkpoint) {
      return at_line(number, "this proof stands under another checkpoint than those before");
    }
    auto proven = check_event_proof(*proof, known);
    if (!proven) return at_line(number, proven.error().message);
    if (to_text(proven->event.stream) != check->actor || proven->event.version != version) {
      return at_line(number, "version " + std::to_string(version) + " of " + check->actor +
                                 " should stand here: events were left out or changed places");
    }
    visit(proven->event);
    check->under = std::move(proven->under);
  }
  const auto rest = next_line(in, kProofBytesMax);
  if (!rest || *rest) return at_line(number, "there is more than the bundle says it holds");
  return check;
}

}  // namespace rookery::tool
