// E8, backwards: what hosts report becomes commands to entities.
#pragma once

#include <memory>

#include "actors/clock.h"
#include "actors/runtime/entity_directory.h"
#include "schemas/host_messages.h"

namespace rookery {

// A report's command id is made of its content, so a report that comes twice has one effect. When
// the actors are overloaded a report waits here and is tried again until it is taken.
class HostReports {
 public:
  // `directory` and `clock` must outlive this.
  HostReports(EntityDirectory& directory, const Clock& clock);
  ~HostReports();

  // Thread-safe, never blocks.
  void take(host::Report report);

 private:
  struct Queue;
  std::shared_ptr<Queue> queue_;  // shared with answers still on their way when this goes
};

// What a report asks of which entity; `command_id` is the same for the same report.
struct ReportedCommand {
  EntityId entity;
  AnyCommand command;
  Id128 command_id;
};
ReportedCommand command_of(const host::Report& report, std::int64_t now_us);

}  // namespace rookery
