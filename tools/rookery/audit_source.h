// Where an audit reads: a running server, or a copy of its database. Both answer alike.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "schemas/ids.h"
#include "tools/rookery/api.h"
#include "tools/rookery/moment.h"

namespace rookery::tool {

struct EventFilter {
  std::optional<EntityId> actor;
  std::optional<EntityId> principal;
  std::string type;  // a name, or its beginning when it ends with a dot; empty: all
  std::optional<std::int64_t> since_us;
  std::optional<std::int64_t> until_us;
  std::optional<EntityId> organization;  // of the event's actor
  std::uint64_t from_position = 1;
  std::uint64_t until_position = ~std::uint64_t{0};
};

// An event as the API shows it; return false to stop.
using EventVisitor = std::function<bool(const Json&)>;

// Used from one thread. Reads keep a bounded number of events in memory.
class AuditSource {
 public:
  virtual ~AuditSource() = default;
  virtual Result<EntityId> find(const std::string& text) = 0;
  // In position order, from the first event of the log on.
  virtual Status read_events(const EventFilter& filter, const EventVisitor& visit) = 0;
  // {"id","phase","state","state_hash","version"}, by pure replay from the log.
  virtual Result<Json> state_at(const EntityId& actor, const Moment& moment) = 0;
  // Events of one actor after one version and up to another, each with what it changed
  // (actors/runtime/changes.h).
  virtual Status read_changes(const EntityId& actor, std::uint64_t after_version,
                              std::uint64_t until_version, const EventVisitor& visit) = 0;
  // An event proof of the actor's event at this position, under a checkpoint over at least
  // `tree_size` events.
  virtual Result<Json> prove(const EntityId& actor, std::uint64_t position,
                             std::uint64_t tree_size) = 0;
  // Who could see or control the actor at that moment: {"actor","version","time_us","items"}, see
  // actors/projections/access_json.h.
  virtual Result<Json> who_could(const EntityId& actor, const Moment& moment) = 0;
  // The states of all actors of an organization that were there at that moment (no version).
  virtual Status each_state(const EntityId& organization, const Moment& moment,
                            const std::function<bool(const Json& state)>& visit) = 0;
  // Every entity that has events, with its state after all of them.
  virtual Status replay_all(const std::function<bool(const Json& state)>& visit) = 0;
};

std::unique_ptr<AuditSource> audit_server(Api api);
// Opens the database read-only: `folder` is rookeryd's data folder or its events folder.
Result<std::unique_ptr<AuditSource>> audit_database(const std::filesystem::path& folder);

}  // namespace rookery::tool
