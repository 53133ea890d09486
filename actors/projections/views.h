// What read models answer: one row of each list, as plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "actors/domain/link.h"
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
  ClipboardRules clipboard;
  std::string phase;
  std::string remote_address;
  std::string end_reason;
  session::Quality quality;
  session::Totals totals;
  EntityId link;             // none: the user came by themselves
  std::int64_t ends_us = 0;  // with the link
  std::int64_t lost_us = 0;  // while away
  Id128 ticket;              // the latest
  std::uint64_t version = 0;

  bool resumable() const { return link != EntityId{}; }
};

// Without the hashes: only the link's own actor gives those.
struct LinkView {
  EntityId id;
  EntityId phone;
  EntityId organization;
  EntityId maker;
  bool control = false;
  ClipboardRules clipboard;
  bool single_use = false;
  bool has_password = false;
  std::int64_t expires_us = 0;
  std::string phase;
  std::string revoke_reason;
  link::Tally tally;
  std::uint64_t version = 0;
};

}  // namespace rookery
