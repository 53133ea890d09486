// Who may do what: the one question every request asks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/ids.h"

namespace rookery {

struct Principal {
  EntityId user;
  EntityId organization;
  std::string role;  // "operator", "auditor" or "member"
};

// What an action is done to. Empty fields: the question is asked before it is known.
struct Resource {
  EntityId id;
  std::optional<EntityId> owner;  // the user it is for: a phone's bound user, a session's user
};

enum class Verdict {
  kAllowed,
  kDenied,  // whatever the resource is: may be told
  kHidden,  // this resource is none of theirs: to them it does not exist
};

// `action` is "Service:resource:verb", such as "KooPhone:phone:get". Without a resource: may the
// principal do this to any resource at all?
Verdict authorize(const Principal& principal, std::string_view action);
Verdict authorize(const Principal& principal, std::string_view action, const Resource& resource);

// `pattern` may hold "*" for any characters; case does not matter.
bool matches_action(std::string_view pattern, std::string_view action);

}  // namespace rookery
