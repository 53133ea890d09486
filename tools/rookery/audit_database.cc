#include <limits>

#include "actors/projections/access_json.h"
#include "actors/projections/members.h"
#include "actors/runtime/changes.h"
#include "actors/runtime/entity_directory.h"
#include "eventstore/moment.h"
#include "eventstore/proof_json.h"
#include "eventstore/rocksdb_event_log.h"
#include "schemas/event_codec.h"
#include "schemas/shown_json.h"
#include "tools/rookery/audit_source.h"
#include "tools/rookery/find_entity.h"
#include "tools/rookery/interrupt.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

constexpr std::size_t kPageSize = 1000;

// As the server sends it, which keeps fields in the order of their names.
Json as_sent(const nlohmann::json& value) { return Json(value); }

// A phone's or organization's name, a user's login; empty for those that have none.
std::string name_in(const nlohmann::json& state) {
  for (const auto& [part, field] : {std::pair{"profile", "name"}, std::pair{"account", "login"}}) {
    const auto found = state.find(part);
    if (found != state.end()) return found->value(field, "");
  }
  const auto found = state.find("name");
  return found != state.end() && found->is_string() ? found->get<std::string>() : std::string();
}

class DatabaseSource final : public AuditSource {
 public:
  explicit DatabaseSource(std::unique_ptr<EventLog> log) : log_(std::move(log)) {}

  Result<EntityId> find(const std::string& text) override;
  Status read_events(const EventFilter& filter, const EventVisitor& visit) override;
  Result<Json> state_at(const EntityId& actor, const Moment& moment) override;
  Status read_changes(const EntityId& actor, std::uint64_t after_version,
                      std::uint64_t until_version, const EventVisitor& visit) override;
  Result<Json> prove(const EntityId& actor, std::uint64_t position,
                     std::uint64_t tree_size) override;
  Result<Json> who_could(const EntityId& actor, const Moment& moment) override;
  Status each_state(const EntityId& organization, const Moment& moment,
                    const std::function<bool(const Json&)>& visit) override;
  Status replay_all(const std::function<bool(const Json&)>& visit) override;

 private:
  Result<Json> replayed(const EntityId& actor, std::uint64_t until_version) const;
  Result<std::vector<Listed>> list(EntityKind kind);
  // Every stream of a kind; the visitor answers false to stop.
  Status each_stream(EntityKind kind, const std::function<Result<bool>(const EntityId&)>& visit);

  std::unique_ptr<EventLog> log_;
};

Result<EntityId> DatabaseSource::find(const std::string& text) {
  return choose_entity(text, [&](EntityKind kind) { return list(kind); });
}

Result<std::vector<Listed>> DatabaseSource::list(EntityKind kind) {
  std::vector<Listed> all;
  const auto status = each_stream(kind, [&](const EntityId& id) -> Result<bool> {
    const auto view = replay_entity(*log_, id, kAnyVersion);
    // One that cannot be replayed is still known by its id.
    all.push_back({to_text(id), view ? name_in(shown_fields(view->state_json)) : std::string()});
    return true;
  });
  if (!status) return status.error();
  return all;
}

Status DatabaseSource::read_events(const EventFilter& filter, const EventVisitor& visit) {
  Status broken = Done{};
  bool wanted = true;
  Members members(*log_);
  const auto of_organization = [&](const Envelope& envelope) {
    if (!filter.organization) return true;
    const auto its = members.organization_of(envelope.stream);
    if (!its) broken = its.error();
    return its && *its == filter.organization;
  };
  const auto look = [&](const Envelope& envelope) {
    const std::int64_t time_us = envelope.provenance.wall_time_us;
    if (interrupted()) broken = Error{"interrupted"};
    if (!broken || envelope.position > filter.until_position) return false;
    if (envelope.position < filter.from_position) return true;
    if (filter.principal && envelope.provenance.principal != *filter.principal) return true;
    if (filter.since_us && time_us < *filter.since_us) return true;
    if (filter.until_us && time_us > *filter.until_us) return true;
    if (!filter.type.empty() && !event_type_matches(envelope.type, filter.type)) return true;
    if (!of_organization(envelope)) return broken.ok();
    wanted = visit(as_sent(shown_event(envelope)));
    return wanted;
  };
  if (filter.actor) {
    const auto status = log_->read_stream(*filter.actor, 1, look);
    return status ? broken : status;
  }
  for (Shard shard = 0; shard < log_->shard_count() && wanted && broken.ok(); ++shard) {
    if (const auto status = log_->read_log(shard, filter.from_position, look); !status)
      return status;
  }
  return broken;
}

Result<Json> DatabaseSource::replayed(const EntityId& actor, std::uint64_t until_version) const {
  const auto view = replay_entity(*log_, actor, until_version);
  if (!view) return view.error();
  return as_sent({{"id", to_text(actor)},
                  {"phase", view->phase},
                  {"state", shown_fields(view->state_json)},
                  {"state_hash", view->state_hash},
                  {"version", view->version}});
}

Result<Json> DatabaseSource::state_at(const EntityId& actor, const Moment& moment) {
  const auto version = version_at(*log_, actor, moment);
  if (const auto* none = std::get_if<NoSuchMoment>(&version)) return Error{none->message};
  if (const auto* broken = std::get_if<Error>(&version)) return *broken;
  return replayed(actor, std::get<std::uint64_t>(version));
}

Status DatabaseSource::read_changes(const EntityId& actor, std::uint64_t after_version,
                                    std::uint64_t until_version, const EventVisitor& visit) {
  const auto last = log_->stream_version(actor);
  if (!last) return last.error();
  if (*last == 0) return Error{"there is no " + to_text(actor) + " in this log"};
  bool stopped = false;
  const auto read =
      each_change(*log_, actor, after_version, until_version, [&](const auto& change) {
        stopped = interrupted();
        return !stopped && visit(as_sent(change));
      });
  return stopped ? Status(Error{"interrupted"}) : read;
}

Result<Json> DatabaseSource::prove(const EntityId& actor, std::uint64_t position,
                                   std::uint64_t tree_size) {
  const auto proof = prove_event(*log_, log_->shard_of(actor), position, tree_size);
  if (!proof) return proof.error();
  return as_sent(proof_json(*proof));
}

Result<Json> DatabaseSource::who_could(const EntityId& actor, const Moment& moment) {
  nlohmann::json items = nlohmann::json::array();
  const auto found = each_access(*log_, actor, moment, wall_clock_us(), [&](const auto& path) {
    items.push_back(access_json(path));
    return !interrupted();
  });
  if (const auto* none = std::get_if<NoSuchMoment>(&found)) return Error{none->message};
  if (const auto* broken = std::get_if<Error>(&found)) return *broken;
  if (interrupted()) return Error{"interrupted"};
  auto answer = access_json(actor, std::get<AccessAt>(found));
  answer["items"] = std::move(items);
  answer["more"] = false;
  return as_sent(answer);
}

Status DatabaseSource::each_state(const EntityId& organization, const Moment& moment,
                                  const std::function<bool(const Json&)>& visit) {
  Status outcome = Done{};
  const auto looked = each_member(
      *log_, organization, {}, std::numeric_limits<std::size_t>::max(), [&](const EntityId& id) {
        if (interrupted()) outcome = Error{"interrupted"};
        const auto version = version_at(*log_, id, moment);
        if (const auto* broken = std::get_if<Error>(&version)) outcome = *broken;
        if (!outcome || std::holds_alternative<NoSuchMoment>(version)) return outcome.ok();
        const auto state = replayed(id, std::get<std::uint64_t>(version));
        if (!state) outcome = state.error();
        return outcome.ok() && visit(*state);
      });
  return looked ? outcome : Status(looked.error());
}

Status DatabaseSource::each_stream(EntityKind kind,
                                   const std::function<Result<bool>(const EntityId&)>& visit) {
  EntityId after = make_entity_id(kind, {});
  for (;;) {
    const auto page = log_->streams(kind, after, kPageSize);
    if (!page) return page.error();
    for (const auto& id : *page) {
      if (interrupted()) return Error{"interrupted"};
      const auto wanted = visit(id);
      if (!wanted) return wanted.error();
      if (!*wanted) return Done{};
    }
    if (page->size() < kPageSize) return Done{};
    after = page->back();
  }
}

Status DatabaseSource::replay_all(const std::function<bool(const Json&)>& visit) {
  for (const auto kind : entity_kinds()) {
    const auto status = each_stream(kind, [&](const EntityId& id) -> Result<bool> {
      const auto state = replayed(id, kAnyVersion);
      if (!state) return Error{to_text(id) + ": " + state.error().message};
      return visit(*state);
    });
    if (!status) return status;
  }
  return Done{};
}

}  // namespace

Result<std::unique_ptr<AuditSource>> audit_database(const std::filesystem::path& folder) {
  std::error_code ignored;
  const bool data_folder = std::filesystem::is_directory(folder / "events", ignored);
  const auto events = data_folder ? folder / "events" : folder;
  if (!std::filesystem::exists(events / "CURRENT", ignored)) {
    return Error{"no event log in " + folder.string() + ": give rookeryd's data folder or a copy"};
  }
  RocksDbOptions options;
  options.read_only = true;
  auto log = open_rocksdb_event_log(events, options);
  if (!log) return log.error();
  return std::unique_ptr<AuditSource>(std::make_unique<DatabaseSource>(std::move(*log)));
}

}  // namespace rookery::tool
