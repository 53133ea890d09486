// E7: the lists that people ask for, built from events. In memory, rebuilt at every start.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "actors/projections/views.h"
#include "schemas/envelope.h"
#include "schemas/result.h"

namespace rookery {

// So many ended sessions are kept, the newest; the older ones are in the log.
inline constexpr std::size_t kEndedSessionsKept = 10'000;

// Any thread may ask; one thread at a time applies.
class ReadModels {
 public:
  // Events of one stream must come in version order. Error: the event cannot be read; the models
  // are then behind for good and must be built anew by a build that can.
  Status apply(const Envelope& envelope);
  // Takes over what others made of other streams' events.
  void absorb(ReadModels&& others);

  std::optional<OrganizationView> organization(const EntityId& id) const;
  std::optional<UserView> user(const EntityId& id) const;
  std::optional<PhoneView> phone(const EntityId& id) const;
  std::optional<SessionView> session(const EntityId& id) const;
  std::optional<LinkView> link(const EntityId& id) const;

  // In id order.
  std::vector<OrganizationView> organizations() const;
  std::vector<UserView> users(const std::function<bool(const UserView&)>& wanted) const;
  std::vector<PhoneView> phones(const std::function<bool(const PhoneView&)>& wanted) const;
  std::vector<SessionView> sessions(const std::function<bool(const SessionView&)>& wanted) const;
  std::vector<LinkView> links(const std::function<bool(const LinkView&)>& wanted) const;

 private:
  void forget_old_sessions();

  mutable std::shared_mutex mutex_;
  std::map<EntityId, OrganizationView> organizations_;
  std::map<EntityId, UserView> users_;
  std::map<EntityId, PhoneView> phones_;
  std::map<EntityId, SessionView> sessions_;
  std::map<EntityId, LinkView> links_;
  std::set<std::pair<std::uint64_t, EntityId>> ended_sessions_;  // by the position of their end
};

}  // namespace rookery
