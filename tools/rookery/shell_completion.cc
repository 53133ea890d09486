#include "tools/rookery/shell.h"
#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

constexpr std::chrono::seconds kRememberedFor{5};

std::vector<std::string> beginning_with(const std::vector<std::string>& all,
                                        const std::string& begun) {
  std::vector<std::string> matches;
  for (const auto& word : all) {
    if (!word.empty() && word.rfind(begun, 0) == 0) matches.push_back(word);
  }
  return matches;
}

// A name that can be typed as it is; nothing for one that would need quotes, which completion does
// not know, or that could play with the terminal.
std::string as_word(const std::string& name) {
  const bool plain =
      name.find_first_of(" \t;#\"\\/") == std::string::npos && escape_text(name) == name;
  return plain ? name : std::string();
}

}  // namespace

const std::vector<Listed>& Shell::remembered(EntityKind kind) {
  const auto now = std::chrono::steady_clock::now();
  auto& known = remembered_[kind];
  if (known.entities.empty() || now - known.when > kRememberedFor) {
    auto listed = list_entities(api_, kind);
    known = {now, listed ? std::move(*listed) : std::vector<Listed>()};
  }
  return known.entities;
}

// "pho" becomes "phone/"; "phone/7" becomes the ids that begin so, "phone/fi" names; "fi" a
// phone's.
std::vector<std::string> Shell::ids_for(const std::string& begun) {
  const auto slash = begun.find('/');
  std::vector<std::string> all;
  if (slash == std::string::npos) {
    for (const auto kind : entity_kinds()) all.push_back(std::string(kind_name(kind)) + "/");
    for (const auto& phone : remembered(EntityKind::kPhone)) all.push_back(as_word(phone.name));
    return beginning_with(all, begun);
  }
  const auto kind = parse_kind(begun.substr(0, slash));
  if (!kind || *kind == EntityKind::kSystem) return {};
  for (const auto& entity : remembered(*kind)) {
    all.push_back(entity.id);
    const std::string name = as_word(entity.name);
    if (!name.empty()) all.push_back(begun.substr(0, slash + 1) + name);
  }
  return beginning_with(all, begun);
}

std::vector<std::string> Shell::complete(const std::vector<std::string>& words) {
  const std::string begun = words.empty() ? "" : words.back();
  if (words.size() <= 1) {
    std::vector<std::string> names;
    for (const auto& command : commands()) names.emplace_back(command.name);
    return beginning_with(names, begun);
  }
  const std::string& command = words.front();
  const std::size_t place = words.size() - 1;
  if (command == "list" && place == 1) {
    std::vector<std::string> kinds;
    for (const auto kind : entity_kinds()) kinds.emplace_back(kind_name(kind));
    return beginning_with(kinds, begun);
  }
  if (command == "phone") {
    if (place == 1) return beginning_with({"start", "stop"}, begun);
    std::vector<std::string> phones;
    for (const auto& phone : remembered(EntityKind::kPhone)) {
      phones.push_back(as_word(phone.name));
      phones.push_back(phone.id);
    }
    return beginning_with(phones, begun);
  }
  if (place == 1 &&
      (command == "show" || command == "events" || command == "follow" || command == "state")) {
    return ids_for(begun);
  }
  if (command == "state" && place == 2) return beginning_with({"at"}, begun);
  if (command == "state" && place == 3) {
    return beginning_with({"version", "position", "time"}, begun);
  }
  if (command == "follow" && place == 2) return beginning_with({"type"}, begun);
  return {};
}

}  // namespace rookery::tool
