// The one door to CAF for media actors. Local only: no message leaves the process, and no handler
// may block (encoding, sockets and joins have their own threads).
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

namespace rookery::media {

class ActorEngine {
 public:
  ActorEngine() : system_(configuration_) {}
  caf::actor_system& system() { return system_; }

 private:
  struct Configuration : caf::actor_system_config {
    Configuration() {
      // Handlers only pass words on: two workers serve any number of phones.
      set("scheduler.max-threads", std::size_t{2});
      set("scheduler.max-throughput", std::size_t{32});
    }
  };
  Configuration configuration_;
  caf::actor_system system_;  // waits for its actors when destroyed
};

}  // namespace rookery::media
