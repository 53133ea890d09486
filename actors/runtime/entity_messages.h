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

// What an entity actor needs of the directory that owns it.
class ActorKeeper {
 public:
  virtual ~ActorKeeper() = default;
  virtual EventLog& log() = 0;
  // One message is no longer waiting.
  virtual void answered(const EntityId& id) = 0;
  // True: the actor is forgotten and must quit; false: a message is on its way to it.
  virtual bool retire(const EntityId& id) = 0;
  virtual std::size_t waiting(const EntityId& id) const = 0;
};

}  // namespace rookery
