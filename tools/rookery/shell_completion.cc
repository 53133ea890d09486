#include "tools/rookery/shell.h"

namespace rookery::tool {
namespace {

constexpr std::chrono::seconds kRememberedFor{5};

std::vector<std::string> beginning_with(const std::vector<std::string>& all,
                                        const std::string& begun) {
  std::vector<std::string> matches;
  for (const auto& word : all) {
    if (word.rfind(begun, 0) == 0) matches.push_back(word);
  }
  return matches;
}

}  // namespace

// "pho" becomes "phone/"; "phone/7" becomes the ids that begin so.
std::vector<std::string> Shell::ids_for(const std::string& begun) {
  const auto slash = begun.find('/');
  std::vector<std::string> all;
  if (slash == std::string::npos) {
    for (const auto kind : entity_kinds()) all.push_back(std::string(kind_name(kind)) + "/");
    return beginning_with(all, begun);
  }
  const auto kind = parse_kind(begun.substr(0, slash));
  if (!kind || *kind == EntityKind::kSystem) return {};
  const auto now = std::chrono::steady_clock::now();
  auto& known = remembered_[*kind];
  if (known.entities.empty() || now - known.when > kRememberedFor) {
    auto listed = list_entities(api_, *kind);
    known = {now, listed ? std::move(*listed) : std::vector<Listed>()};
  }
  for (const auto& entity : known.entities) all.push_back(entity.id);
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
    return ids_for(begun.find('/') == std::string::npos ? "phone/" + begun : begun);
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
