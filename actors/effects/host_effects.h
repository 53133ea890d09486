// E8: events lead to outside action: guests boot and stop, viewers are shown out.
#pragma once

#include <functional>

#include "actors/clock.h"
#include "actors/projections/read_models.h"
#include "actors/runtime/entity_directory.h"
#include "schemas/host_messages.h"

namespace rookery {

// Every host command is idempotent and every event leads to the same one, so that no cursor is
// kept: what a crash interrupted is done again by reconcile() at the next start.
class HostEffects {
 public:
  // All must outlive this. `models` have applied an event before on_event() sees it.
  HostEffects(const ReadModels& models, EntityDirectory& directory, const Clock& clock);

  // The hosts this server may use; one named by a phone but not here is silently out of reach.
  void connect(host::Link& link);
  // The host a phone without one starts on; nullptr when there is none.
  host::Link* any_host() const;
  host::Link* find_host(const std::string& name) const;

  // Once at start-up, with the models caught up and before on_event(): tells the hosts what should
  // be so. Sessions of the process before end, but those whose viewer may come back are lost.
  void reconcile();
  Status on_event(const Envelope& envelope);

 private:
  void on_phone(const Envelope& envelope, const phone::Event& event);
  void on_opened(const Envelope& envelope);
  void on_invited(const Envelope& envelope);
  bool may_stay(const SessionView& session, const PhoneView& phone) const;
  void end_sessions(const std::function<bool(const SessionView&)>& which, const std::string& reason,
                    const Provenance& cause);
  void end_session(const EntityId& session, const std::string& reason, const Provenance& cause);
  void lose_session(const SessionView& session, const std::string& reason);
  void deliver(const EntityId& session, session::Command command, const Id128& command_id,
               const Provenance& cause);
  void start_guest(const PhoneView& phone);
  void stop_guest(const PhoneView& phone);
  void remove_guest(const EntityId& phone);

  const ReadModels& models_;
  EntityDirectory& directory_;
  const Clock& clock_;
  std::vector<std::pair<std::string, host::Link*>> links_;
};

}  // namespace rookery
