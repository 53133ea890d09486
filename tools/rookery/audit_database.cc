#include "actors/runtime/entity_directory.h"
#include "eventstore/rocksdb_event_log.h"
#include "schemas/event_codec.h"
#include "tools/rookery/audit_source.h"
#include "tools/rookery/find_entity.h"
#include "tools/rookery/interrupt.h"
#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

constexpr std::size_t kPageSize = 1000;

// Password hashes stay in the log, as they do behind the API.
void hide_secrets(Json& value) {
  if (!value.is_structured()) return;
  for (auto& [name, field] : value.items()) {
    if (value.is_object() && name == "password_hash" && field.is_string()) {
      field = "(set)";
    } else {
      hide_secrets(field);
    }
  }
}

Json parse_fields(const std::string& text) {
  Json fields = Json::parse(text, nullptr, false);
  if (fields.is_discarded()) return Json(text);
  hide_secrets(fields);
  return fields;
}

Result<Json> event_json(const Envelope& envelope) {
  const auto text = describe_event(envelope.type, envelope.schema, envelope.payload);
  if (!text) {
    return Error{"position " + std::to_string(envelope.position) + ": " + text.error().message};
  }
  const Provenance& by = envelope.provenance;
  return Json{{"position", envelope.position},
              {"version", envelope.version},
              {"epoch", envelope.epoch},
              {"stream", to_text(envelope.stream)},
              {"type", text->name},
              {"schema", envelope.schema},
              {"time_us", by.wall_time_us},
              {"principal", to_text(by.principal)},
              {"command_id", to_text(by.command_id)},
              {"causation_id", to_text(by.causation_id)},
              {"correlation_id", to_text(by.correlation_id)},
              {"data", parse_fields(text->json)}};
}

bool type_matches(const std::string& type, const std::string& wanted) {
  if (wanted.empty() || type == wanted) return true;
  return wanted.back() == '.' && type.rfind(wanted, 0) == 0;
}

class DatabaseSource final : public AuditSource {
 public:
  explicit DatabaseSource(std::unique_ptr<EventLog> log) : log_(std::move(log)) {}

  Result<EntityId> find(const std::string& text) override;
  Status read_events(const EventFilter& filter, const EventVisitor& visit) override;
  Result<Json> state_at(const EntityId& actor, const Moment& moment) override;
  Status replay_all(const std::function<bool(const Json&)>& visit) override;

 private:
  Result<Json> replayed(const EntityId& actor, std::uint64_t until_version) const;
  Result<std::uint64_t> version_at(const EntityId& actor, const Moment& moment) const;
  // Every stream of a kind; the visitor answers false to stop.
  Status each_stream(EntityKind kind, const std::function<Result<bool>(const EntityId&)>& visit);

  std::unique_ptr<EventLog> log_;
};

Result<EntityId> DatabaseSource::find(const std::string& text) {
  if (const auto id = parse_entity_id(text)) return *id;
  const auto slash = text.find('/');
  const auto kind = parse_kind(text.substr(0, slash));
  if (slash == std::string::npos || !kind) {
    return Error{"'" + escape_text(text) +
                 "' is no id: a database copy knows KIND/ID or its beginning, KIND being one of " +
                 kind_words()};
  }
  std::vector<EntityId> matches;
  const auto status = each_stream(*kind, [&](const EntityId& id) -> Result<bool> {
    if (to_text(id).rfind(text, 0) == 0) matches.push_back(id);
    return matches.size() < 2;
  });
  if (!status) return status.error();
  if (matches.empty()) return Error{"no id begins with '" + escape_text(text) + "' in this log"};
  if (matches.size() > 1) {
    return Error{"several ids begin with '" + escape_text(text) + "': write more of it"};
  }
  return matches.front();
}

Status DatabaseSource::read_events(const EventFilter& filter, const EventVisitor& visit) {
  Status broken = Done{};
  bool wanted = true;
  const auto look = [&](const Envelope& envelope) {
    const std::int64_t time_us = envelope.provenance.wall_time_us;
    if (interrupted()) broken = Error{"interrupted"};
    if (!broken) return false;
    if (filter.principal && envelope.provenance.principal != *filter.principal) return true;
    if (filter.since_us && time_us < *filter.since_us) return true;
    if (filter.until_us && time_us > *filter.until_us) return true;
    const auto event = event_json(envelope);
    if (!event) {
      broken = event.error();
      return false;
    }
    if (!type_matches(text_field(*event, "type"), filter.type)) return true;
    wanted = visit(*event);
    return wanted;
  };
  if (filter.actor) {
    const auto status = log_->read_stream(*filter.actor, 1, look);
    return status ? broken : status;
  }
  for (Shard shard = 0; shard < log_->shard_count() && wanted && broken.ok(); ++shard) {
    if (const auto status = log_->read_log(shard, 1, look); !status) return status;
  }
  return broken;
}

Result<Json> DatabaseSource::replayed(const EntityId& actor, std::uint64_t until_version) const {
  const auto view = replay_entity(*log_, actor, until_version);
  if (!view) return view.error();
  return Json{{"id", to_text(actor)},
              {"phase", view->phase},
              {"state", parse_fields(view->state_json)},
              {"state_hash", view->state_hash},
              {"version", view->version}};
}

// As the API does it: up to the first event that came later.
Result<std::uint64_t> DatabaseSource::version_at(const EntityId& actor,
                                                 const Moment& moment) const {
  std::uint64_t version = 0;
  const auto status = log_->read_stream(actor, 1, [&](const Envelope& envelope) {
    const bool later = moment.by == Moment::By::kVersion ? envelope.version > moment.number
                       : moment.by == Moment::By::kPosition
                           ? envelope.position > moment.number
                           : envelope.provenance.wall_time_us > moment.time_us;
    if (!later) version = envelope.version;
    return !later;
  });
  if (!status) return status.error();
  if (version == 0) return Error{"there was no " + to_text(actor) + " at that moment"};
  if (moment.by == Moment::By::kVersion && version < moment.number) {
    return Error{"the actor has only come to version " + std::to_string(version)};
  }
  return version;
}

Result<Json> DatabaseSource::state_at(const EntityId& actor, const Moment& moment) {
  const auto version = version_at(actor, moment);
  if (!version) return version.error();
  return replayed(actor, *version);
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
