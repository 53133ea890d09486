// What entity actors are told. Shared pointers because CAF copies messages; each has one reader.
#pragma once

#include <functional>
#include <memory>

#include "actors/runtime/entity_directory.h"

namespace rookery {

struct PendingCommand {
  AnyCommand command;
  Provenance provenance;
  std::function<void(CommandReply)> reply;
};

struct DeliverCommand {
  std::shared_ptr<PendingCommand> pending;
};
struct InspectState {
  std::shared_ptr<std::function<void(ActorView)>> reply;
};
struct AppendAnswered {
  std::shared_ptr<AppendResult> result;
};
struct PassivateIfIdle {};
// The turn to read the history has come.
struct RecoverNow {};

// What an entity actor needs of the directory that owns it.
class ActorKeeper {
 public:
  virtual ~ActorKeeper() = default;
  virtual EventLog& log() = 0;
  // One message is no longer waiting.
  virtual void answered(const EntityId& id) = 0;
  // How many events from one snapshot to the next; 0: none.
  virtual std::uint64_t snapshot_every() const = 0;
  // Kept when there is time and room for it.
  virtual void offer(Snapshot snapshot) = 0;
  // True: read the history now. False: `turn` is called when others are done. Each is followed by
  // one end_recovery().
  virtual bool begin_recovery(std::function<void()> turn) = 0;
  virtual void end_recovery() = 0;
  // True: the actor is forgotten and must quit; false: a message is on its way to it.
  virtual bool retire(const EntityId& id) = 0;
  virtual std::size_t waiting(const EntityId& id) const = 0;
};

}  // namespace rookery
