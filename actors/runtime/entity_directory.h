// The door to all entity actors of this node: commands in, answers out, questions answered.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/domain/deployment.h"
#include "actors/domain/link.h"
#include "actors/domain/organization.h"
#include "actors/domain/phone.h"
#include "actors/domain/session.h"
#include "actors/domain/user.h"
#include "eventstore/event_log.h"
#include "schemas/envelope.h"

namespace rookery {

using AnyCommand = std::variant<organization::Command, user::Command, phone::Command,
                                deployment::Command, session::Command, link::Command>;
using AnyState = std::variant<organization::State, user::State, phone::State, deployment::State,
                              session::State, link::State>;

enum class ReplyKind {
  kAccepted,     // durable; `version` is the stream's after it
  kRefused,      // by the aggregate; `refusal` says why
  kOverloaded,   // not tried: too much is waiting; try again later with the same command id
  kQuarantined,  // the actor's history cannot be replayed; an operator must look
  kStoreFailed,  // outcome unknown; ask again with the same command id after the restart
};

struct CommandReply {
  ReplyKind kind = ReplyKind::kAccepted;
  std::uint64_t version = 0;
  std::uint64_t position = 0;  // of the last event written; 0 when nothing was
  RefusalCode refusal_code = RefusalCode::kInvalid;  // with kRefused
  std::string message;                               // for every kind but kAccepted
  bool repeated = false;  // answered before: this is the same answer, nothing was done now
};

// An actor as operators see it.
struct ActorView {
  EntityId id;
  std::string phase;       // "running"; "quarantined" when its history cannot be replayed
  std::string state_json;  // one JSON object; the error text when quarantined
  std::string state_hash;  // hex SHA-256 over the state's canonical bytes
  std::uint64_t version = 0;
  std::uint64_t epoch = 0;
  std::size_t mailbox = 0;  // commands waiting
  AnyState state;
};

struct DirectoryOptions {
  std::size_t waiting_per_actor_max = 1024;
  std::size_t waiting_total_max = 100'000;
  std::int64_t idle_passivation_ms = 60'000;  // an actor nobody used so long leaves memory
  std::size_t threads = 0;                    // CAF workers; 0: one a core
  std::uint64_t snapshot_every = 100;         // events from one snapshot to the next; 0: none
  std::size_t recoveries_max = 2;             // actors that read their history at the same time
};

// Thread-safe. Every callback is called exactly once, from some thread, and must not block.
class EntityDirectory {
 public:
  virtual ~EntityDirectory() = default;

  // Commands to one entity take effect one at a time, in the order of these calls. The same
  // provenance.command_id to the same entity again has no further effect and gets the same answer.
  virtual void deliver(const EntityId& id, AnyCommand command, Provenance provenance,
                       std::function<void(CommandReply)> reply) = 0;
  // Loads the actor if need be; an entity without events answers with phase "absent".
  virtual void inspect(const EntityId& id, std::function<void(ActorView)> reply) = 0;
  // Entities that are in memory now.
  virtual std::vector<EntityId> active(EntityKind kind) const = 0;
  virtual std::size_t active_count() const = 0;
  virtual std::size_t waiting_count() const = 0;
};

// `log` must outlive the directory.
std::unique_ptr<EntityDirectory> make_entity_directory(EventLog& log,
                                                       const DirectoryOptions& options);

// Pure replay, no actor: the state of an entity after `until_version` (kAnyVersion: all of it).
// Audit and the live actor share this fold.
Result<ActorView> replay_entity(const EventLog& log, const EntityId& id,
                                std::uint64_t until_version);

// The same from the newest snapshot up to that version and the events after it; nothing when there
// is none that this build can use. Error: the snapshot is broken, or nothing follows it.
Result<std::optional<ActorView>> replay_from_snapshot(const EventLog& log, const EntityId& id,
                                                      std::uint64_t until_version);

// Waits; for tools, tests and start-up. Never call these on an actor's or a commit thread.
CommandReply deliver_and_wait(EntityDirectory& directory, const EntityId& id, AnyCommand command,
                              Provenance provenance);
ActorView inspect_and_wait(EntityDirectory& directory, const EntityId& id);

}  // namespace rookery
