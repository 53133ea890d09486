// Who could see or control an actor at a moment of the past, and which event let them: the
// auditor's question. Folded from the log alone, with the policy of this build.
#pragma once

#include <functional>
#include <string>

#include "eventstore/moment.h"

namespace rookery {

struct AccessPath {
  EntityId who;          // a user, or a link: whoever holds its secret
  std::string login;     // of the user
  bool control = false;  // false: may only see
  // "role": by what the user is; "own": the actor is theirs; "binding": the phone is bound to them;
  // "link": holds one; "session": a stream session is open.
  std::string through;
  std::string detail;  // the role; the session or link and the address it was used from
  Envelope event;      // what gave it; the payload may be empty
};

struct AccessAt {
  std::uint64_t version = 0;  // of the actor at that moment
  std::int64_t time_us = 0;   // the moment as a time: links and tickets that are over do not count
};

// Tells each path; `visit` returns false to stop. `now_us` is the time that a moment "now" stands
// for. Reads every user, and the first event of every link and session. Moments by position are of
// the actor's shard; in other shards, its event's time counts.
std::variant<AccessAt, NoSuchMoment, Error> each_access(
    const EventLog& log, const EntityId& actor, const Moment& moment, std::int64_t now_us,
    const std::function<bool(const AccessPath&)>& visit);

}  // namespace rookery
