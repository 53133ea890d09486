// From what a person types ("phone/7k3", "7k3", "my phone") to one entity.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/ids.h"
#include "tools/rookery/api.h"

namespace rookery::tool {

// An entity as the API lists it; `name` is a phone's or organization's name or a user's login.
struct Listed {
  std::string id;
  std::string name;
};

// All entities of a kind that the caller may see. Errors: as the API answers.
Result<std::vector<Listed>> list_entities(Api& api, EntityKind kind);

// What a person means by `text` among those that `list` knows; it is asked only when it must be.
Result<EntityId> choose_entity(EntityKind kind, std::string_view text,
                               const std::function<Result<std::vector<Listed>>()>& list);
Result<EntityId> choose_entity(std::string_view text,
                               const std::function<Result<std::vector<Listed>>(EntityKind)>& list);

// An entity of this kind by id, by an id's beginning that only one has, or by its exact name.
// A whole id is taken as it is, without asking the server.
Result<EntityId> find_entity(Api& api, EntityKind kind, std::string_view text);

// The same for "KIND/…"; without a kind, a phone's name or the beginning of its id.
Result<EntityId> find_entity(Api& api, std::string_view text);

// The id text of an organization the person named; empty text stays empty.
Result<std::string> chosen_organization(Api& api, const std::string& text);
// The same, but empty text means the caller's own.
Result<std::string> own_organization(Api& api, const std::string& text);

// "/v1/phones/abc…"
std::string entity_target(const EntityId& id);
// "phone/abc…" to "abc…"

// The kinds that have actors.
const std::vector<EntityKind>& entity_kinds();
std::string kind_words();

}  // namespace rookery::tool
