// What read models answer: one row of each list, as plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "actors/domain/session.h"
#include "schemas/ids.h"

namespace rookery {

struct DepartmentView {
  Id128 parent;  // all zero: directly below the organization
  std::string name;
};

// `version` is in every view the version of the entity's last event.
struct OrganizationView {
  EntityId id;
  std::string name;
  std::map<Id128, DepartmentView> departments;
  std::uint64_t version = 0;
};

// Without the password's hash: only the user's own actor gives that.
struct UserView {
  EntityId id;
  EntityId organization;
  Id128 department;
  std::string login;
  std::string role;
  bool disabled = false;
  std::uint64_t password_version = 0;  // of the event that set the password
  std::uint64_t version = 0;
};

struct PhoneView {
  EntityId id;
  EntityId organization;
  std::string name;
  std::string image;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  std::string phase;
  std::string host;        // empty while stopped
  std::uint64_t boot = 0;  // of the last start
  std::optional<EntityId> bound_user;
  std::string last_stop_reason;
  bool failed = false;  // the last guest did not start, or ended by itself
  std::uint64_t version = 0;
};

struct SessionView {
  EntityId id;
  EntityId phone;
  EntityId user;
  EntityId organization;
  std::string host;
  bool control = false;
  std::string phase;
  std::string remote_address;
  std::string end_reason;
  session::Quality quality;
  session::Totals totals;
  std::uint64_t version = 0;
};

}  // namespace rookery
