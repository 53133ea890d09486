// All aggregates behind one shape, for the code that treats them alike.
#pragma once

#include "actors/domain/deployment.h"
#include "actors/domain/link.h"
#include "actors/domain/organization.h"
#include "actors/domain/phone.h"
#include "actors/domain/session.h"
#include "actors/domain/user.h"
#include "schemas/ids.h"

namespace rookery {

struct OrganizationAggregate {
  using State = organization::State;
  using Event = organization::Event;
  using Command = organization::Command;
  static constexpr EntityKind kKind = EntityKind::kOrganization;
};
struct UserAggregate {
  using State = user::State;
  using Event = user::Event;
  using Command = user::Command;
  static constexpr EntityKind kKind = EntityKind::kUser;
};
struct PhoneAggregate {
  using State = phone::State;
  using Event = phone::Event;
  using Command = phone::Command;
  static constexpr EntityKind kKind = EntityKind::kPhone;
};
struct DeploymentAggregate {
  using State = deployment::State;
  using Event = deployment::Event;
  using Command = deployment::Command;
  static constexpr EntityKind kKind = EntityKind::kDeployment;
};
struct SessionAggregate {
  using State = session::State;
  using Event = session::Event;
  using Command = session::Command;
  static constexpr EntityKind kKind = EntityKind::kSession;
};
struct LinkAggregate {
  using State = link::State;
  using Event = link::Event;
  using Command = link::Command;
  static constexpr EntityKind kKind = EntityKind::kLink;
};

// Calls visit(Aggregate{}) for the kind's aggregate; false when the kind has none.
template <class Visitor>
bool with_aggregate(EntityKind kind, Visitor&& visit) {
  switch (kind) {
    case EntityKind::kOrganization:
      visit(OrganizationAggregate{});
      return true;
    case EntityKind::kUser:
      visit(UserAggregate{});
      return true;
    case EntityKind::kPhone:
      visit(PhoneAggregate{});
      return true;
    case EntityKind::kDeployment:
      visit(DeploymentAggregate{});
      return true;
    case EntityKind::kSession:
      visit(SessionAggregate{});
      return true;
    case EntityKind::kLink:
      visit(LinkAggregate{});
      return true;
    case EntityKind::kSystem:
    case EntityKind::kAccess:
      break;
  }
  return false;
}

}  // namespace rookery
