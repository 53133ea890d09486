#include "actors/projections/read_models.h"

#include <mutex>

#include "actors/projections/view_events.h"
#include "schemas/event_codec.h"
#include "schemas/runtime_events.h"

namespace rookery {
namespace {

// The first event of an entity's own makes its row; a refusal before that does not.
template <class Event, class View>
Status apply_to(std::map<EntityId, View>& views, const Envelope& envelope) {
  if (EventDecoder<runtime_event::Event>::knows(envelope.type)) {
    const auto found = views.find(envelope.stream);
    if (found != views.end()) found->second.version = envelope.version;
    return Done{};
  }
  const auto event = EventDecoder<Event>::decode(envelope.type, envelope.schema, envelope.payload);
  if (!event) return event.error();
  View& view = views[envelope.stream];
  view.id = envelope.stream;
  view.version = envelope.version;
  apply_event(view, *event);
  return Done{};
}

template <class View>
std::optional<View> find_view(const std::map<EntityId, View>& views, const EntityId& id) {
  const auto found = views.find(id);
  if (found == views.end()) return std::nullopt;
  return found->second;
}

template <class View>
std::vector<View> select_views(const std::map<EntityId, View>& views,
                               const std::function<bool(const View&)>& wanted) {
  std::vector<View> out;
  for (const auto& [id, view] : views) {
    if (wanted(view)) out.push_back(view);
  }
  return out;
}

}  // namespace

Status ReadModels::apply(const Envelope& envelope) {
  const std::unique_lock lock(mutex_);
  switch (envelope.stream.kind()) {
    case EntityKind::kOrganization:
      return apply_to<organization::Event>(organizations_, envelope);
    case EntityKind::kUser:
      return apply_to<user::Event>(users_, envelope);
    case EntityKind::kPhone:
      return apply_to<phone::Event>(phones_, envelope);
    case EntityKind::kSession:
      if (envelope.type == event_type::kSessionEnded) {
        ended_sessions_.emplace(envelope.position, envelope.stream);
        forget_old_sessions();
      }
      return apply_to<session::Event>(sessions_, envelope);
    case EntityKind::kLink:
      return apply_to<link::Event>(links_, envelope);
    case EntityKind::kSystem:
    case EntityKind::kDeployment:
    case EntityKind::kAccess:
      break;
  }
  return Done{};
}

void ReadModels::forget_old_sessions() {
  while (ended_sessions_.size() > kEndedSessionsKept) {
    sessions_.erase(ended_sessions_.begin()->second);
    ended_sessions_.erase(ended_sessions_.begin());
  }
}

void ReadModels::absorb(ReadModels&& others) {
  const std::scoped_lock lock(mutex_, others.mutex_);
  organizations_.merge(others.organizations_);
  users_.merge(others.users_);
  phones_.merge(others.phones_);
  sessions_.merge(others.sessions_);
  links_.merge(others.links_);
  ended_sessions_.merge(others.ended_sessions_);
  forget_old_sessions();
}

std::optional<OrganizationView> ReadModels::organization(const EntityId& id) const {
  const std::shared_lock lock(mutex_);
  return find_view(organizations_, id);
}

std::optional<UserView> ReadModels::user(const EntityId& id) const {
  const std::shared_lock lock(mutex_);
  return find_view(users_, id);
}

std::optional<PhoneView> ReadModels::phone(const EntityId& id) const {
  const std::shared_lock lock(mutex_);
  return find_view(phones_, id);
}

std::optional<SessionView> ReadModels::session(const EntityId& id) const {
  const std::shared_lock lock(mutex_);
  return find_view(sessions_, id);
}

std::optional<LinkView> ReadModels::link(const EntityId& id) const {
  const std::shared_lock lock(mutex_);
  return find_view(links_, id);
}

std::vector<OrganizationView> ReadModels::organizations() const {
  const std::shared_lock lock(mutex_);
  return select_views<OrganizationView>(organizations_, [](const auto&) { return true; });
}

std::vector<UserView> ReadModels::users(const std::function<bool(const UserView&)>& wanted) const {
  const std::shared_lock lock(mutex_);
  return select_views(users_, wanted);
}

std::vector<PhoneView> ReadModels::phones(
    const std::function<bool(const PhoneView&)>& wanted) const {
  const std::shared_lock lock(mutex_);
  return select_views(phones_, wanted);
}

std::vector<SessionView> ReadModels::sessions(
    const std::function<bool(const SessionView&)>& wanted) const {
  const std::shared_lock lock(mutex_);
  return select_views(sessions_, wanted);
}

std::vector<LinkView> ReadModels::links(const std::function<bool(const LinkView&)>& wanted) const {
  const std::shared_lock lock(mutex_);
  return select_views(links_, wanted);
}

}  // namespace rookery
