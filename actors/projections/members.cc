#include "actors/projections/members.h"

#include <nlohmann/json.hpp>

#include "schemas/event_codec.h"
#include "schemas/event_types.h"

namespace rookery {
namespace {

constexpr std::size_t kKnownMax = 100'000;
constexpr std::size_t kPageSize = 1000;
constexpr EntityKind kKinds[] = {EntityKind::kOrganization, EntityKind::kUser,
                                 EntityKind::kPhone,        EntityKind::kDeployment,
                                 EntityKind::kSession,      EntityKind::kLink};

std::optional<EntityId> organization_in(const Envelope& event) {
  const auto text = describe_event(event.type, event.schema, event.payload);
  if (!text) return std::nullopt;
  const auto fields = nlohmann::json::parse(text->json, nullptr, false);
  const auto found = fields.find("organization");
  if (found == fields.end() || !found->is_string()) return std::nullopt;
  return parse_entity_id(found->get<std::string>());
}

}  // namespace

Result<std::optional<EntityId>> Members::organization_of(const EntityId& actor) {
  if (actor.kind() == EntityKind::kAccess) {
    EntityId user = actor;
    user.bytes[0] = static_cast<std::uint8_t>(EntityKind::kUser);
    return organization_of(user);
  }
  const auto known = known_.find(actor);
  if (known != known_.end()) return known->second;
  auto found = read(actor);
  if (!found) return found;
  if (known_.size() >= kKnownMax) known_.clear();
  // Who is not yet made may be later.
  if (*found) known_.emplace(actor, *found);
  return found;
}

// What an actor is made with comes first, but for refusals before that.
Result<std::optional<EntityId>> Members::read(const EntityId& actor) const {
  std::optional<EntityId> found;
  const auto status = log_.read_stream(actor, 1, [&](const Envelope& event) {
    if (event.type == event_type::kCommandRefused) return true;
    found = actor.kind() == EntityKind::kOrganization ? actor : organization_in(event);
    return false;
  });
  if (!status) return status.error();
  return found;
}

Result<std::optional<EntityId>> each_member(const EventLog& log, const EntityId& organization,
                                            const EntityId& after, std::size_t looked_at_max,
                                            const std::function<bool(const EntityId&)>& visit) {
  Members members(log);
  EntityId last = after;
  for (const EntityKind kind : kKinds) {
    if (kind < after.kind()) continue;
    if (last.kind() != kind) last = make_entity_id(kind, {});
    for (std::size_t size = kPageSize; size == kPageSize;) {
      const auto page = log.streams(kind, last, kPageSize);
      if (!page) return page.error();
      for (const EntityId& id : *page) {
        last = id;
        const auto its = members.organization_of(id);
        if (!its) return its.error();
        if (*its == organization && !visit(id)) return std::optional(last);
        if (--looked_at_max == 0) return std::optional(last);
      }
      size = page->size();
    }
  }
  return std::optional<EntityId>();
}

}  // namespace rookery
