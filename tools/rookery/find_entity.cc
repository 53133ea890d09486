#include "tools/rookery/find_entity.h"

#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

constexpr std::size_t kPageSize = 1000;
constexpr std::size_t kExamplesMax = 3;

// The API's word for all entities of a kind; empty when it lists them only as actors.
std::string collection(EntityKind kind) {
  switch (kind) {
    case EntityKind::kOrganization:
      return "organizations";
    case EntityKind::kUser:
      return "users";
    case EntityKind::kPhone:
      return "phones";
    case EntityKind::kSession:
      return "sessions";
    case EntityKind::kLink:
      return "links";
    default:
      return {};
  }
}

Result<std::vector<Listed>> list_actors(Api& api, EntityKind kind) {
  std::vector<Listed> all;
  std::string after;
  for (;;) {
    const auto page = api.get("/v1/actors" + query_text({{"kind", std::string(kind_name(kind))},
                                                         {"limit", std::to_string(kPageSize)},
                                                         {"after", after}}));
    if (!page) return page.error();
    const Json items = page->value("items", Json::array());
    for (const auto& item : items) all.push_back({text_field(item, "id"), ""});
    if (items.empty() || all.back().id == after) return all;
    after = all.back().id;
  }
}

Error ambiguous(std::string_view text, const std::vector<Listed>& matches) {
  std::string examples;
  for (std::size_t i = 0; i < matches.size() && i < kExamplesMax; ++i) {
    examples += (i == 0 ? "" : ", ") + escape_text(matches[i].id);
  }
  return Error{"'" + escape_text(text) + "' could be " + std::to_string(matches.size()) + " (" +
               examples + (matches.size() > kExamplesMax ? ", …" : "") + "): write more of the id"};
}

}  // namespace

Result<std::vector<Listed>> list_entities(Api& api, EntityKind kind) {
  const std::string word = collection(kind);
  if (word.empty()) return list_actors(api, kind);
  const auto answer = api.get("/v1/" + word);
  if (!answer) return answer.error();
  std::vector<Listed> all;
  for (const auto& item : answer->value("items", Json::array())) {
    const std::string name = text_field(item, "name");
    all.push_back({text_field(item, "id"), name.empty() ? text_field(item, "login") : name});
  }
  return all;
}

Result<EntityId> choose_entity(EntityKind kind, std::string_view text,
                               const std::function<Result<std::vector<Listed>>()>& list) {
  const std::string prefix = std::string(kind_name(kind)) + "/";
  const bool qualified = text.substr(0, prefix.size()) == prefix;
  const std::string id_text = qualified ? std::string(text) : prefix + std::string(text);
  if (const auto id = parse_entity_id(id_text)) return *id;
  const std::string_view name = qualified ? text.substr(prefix.size()) : text;
  if (name.empty())
    return Error{"write which " + prefix.substr(0, prefix.size() - 1) + " you mean"};
  const auto all = list();
  if (!all) return all.error();
  std::vector<Listed> named;
  std::vector<Listed> begun;
  for (const auto& entity : *all) {
    if (entity.name == name) named.push_back(entity);
    if (entity.id.rfind(id_text, 0) == 0) begun.push_back(entity);
  }
  const auto& matches = named.empty() ? begun : named;
  if (matches.size() > 1) return ambiguous(text, matches);
  if (matches.empty()) {
    return Error{"no " + std::string(kind_name(kind)) + " is called '" + escape_text(text) +
                 "' or has an id that begins so: see the list"};
  }
  const auto id = parse_entity_id(matches.front().id);
  if (!id) return Error{"the server sent a broken id: check --server"};
  return *id;
}

Result<EntityId> find_entity(Api& api, EntityKind kind, std::string_view text) {
  return choose_entity(kind, text, [&] { return list_entities(api, kind); });
}

Result<EntityId> find_entity(Api& api, std::string_view text) {
  return choose_entity(text, [&](EntityKind kind) { return list_entities(api, kind); });
}

Result<EntityId> choose_entity(std::string_view text,
                               const std::function<Result<std::vector<Listed>>(EntityKind)>& list) {
  if (text == "system") return EntityId{};
  const auto slash = text.find('/');
  const auto choose = [&](EntityKind kind) {
    return choose_entity(kind, text, [&] { return list(kind); });
  };
  if (slash == std::string_view::npos) return choose(EntityKind::kPhone);
  const auto kind = parse_kind(text.substr(0, slash));
  if (!kind || *kind == EntityKind::kSystem) {
    return Error{"'" + escape_text(text) +
                 "' has no known kind: write KIND/ID, KIND being one of " + kind_words()};
  }
  return choose(*kind);
}

Result<std::string> chosen_organization(Api& api, const std::string& text) {
  if (text.empty()) return std::string();
  const auto id = find_entity(api, EntityKind::kOrganization, text);
  if (!id) return id.error();
  return to_text(*id);
}

Result<std::string> own_organization(Api& api, const std::string& text) {
  if (!text.empty()) return chosen_organization(api, text);
  const auto me = api.get("/v1/me");
  if (!me) return me.error();
  return text_field(*me, "organization");
}

std::string entity_target(const EntityId& id) {
  return "/v1/" + collection(id.kind()) + "/" + id_tail(id);
}

const std::vector<EntityKind>& entity_kinds() {
  static const std::vector<EntityKind> kinds = {EntityKind::kOrganization, EntityKind::kUser,
                                                EntityKind::kPhone,        EntityKind::kDeployment,
                                                EntityKind::kSession,      EntityKind::kLink};
  return kinds;
}

std::string kind_words() {
  std::string words;
  for (const auto kind : entity_kinds()) {
    words += (words.empty() ? "" : ", ") + std::string(kind_name(kind));
  }
  return words;
}

}  // namespace rookery::tool
