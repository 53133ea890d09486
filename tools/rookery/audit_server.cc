#include "tools/rookery/audit_source.h"
#include "tools/rookery/find_entity.h"
#include "tools/rookery/interrupt.h"

namespace rookery::tool {
namespace {

constexpr std::size_t kPageSize = 1000;

std::string optional_text(const std::optional<EntityId>& id) { return id ? to_text(*id) : ""; }
std::string optional_text(const std::optional<std::int64_t>& time_us) {
  return time_us ? std::to_string(*time_us) : "";
}

class ServerSource final : public AuditSource {
 public:
  explicit ServerSource(Api api) : api_(std::move(api)) {}

  Result<EntityId> find(const std::string& text) override { return find_entity(api_, text); }

  Status read_events(const EventFilter& filter, const EventVisitor& visit) override {
    std::uint64_t from = std::max<std::uint64_t>(filter.from_position, 1);
    for (;;) {
      const auto page =
          api_.get("/v1/events" + query_text({{"actor", optional_text(filter.actor)},
                                              {"principal", optional_text(filter.principal)},
                                              {"type", filter.type},
                                              {"since_us", optional_text(filter.since_us)},
                                              {"until_us", optional_text(filter.until_us)},
                                              {"organization", optional_text(filter.organization)},
                                              {"from_position", std::to_string(from)},
                                              {"limit", std::to_string(kPageSize)}}));
      if (!page) return page.error();
      const Json items = page->value("items", Json::array());
      for (const auto& event : items) {
        if (interrupted()) return Error{"interrupted"};
        if (number_field(event, "position") > filter.until_position) return Done{};
        if (!visit(event)) return Done{};
      }
      const std::uint64_t last = number_field(*page, "last_position");
      if (last >= filter.until_position) return Done{};
      if (!page->value("more", false) || last < from) return Done{};
      from = last + 1;
    }
  }

  Result<Json> state_at(const EntityId& actor, const Moment& moment) override {
    return api_.get("/v1/state/" + to_text(actor) + moment_query(moment));
  }

  Status read_changes(const EntityId& actor, std::uint64_t after_version,
                      std::uint64_t until_version, const EventVisitor& visit) override {
    for (std::uint64_t from = after_version + 1; from <= until_version;) {
      const auto page = api_.get("/v1/changes/" + to_text(actor) +
                                 query_text({{"from_version", std::to_string(from)}}));
      if (!page) return page.error();
      for (const auto& change : page->value("items", Json::array())) {
        if (interrupted()) return Error{"interrupted"};
        if (number_field(change, "version") > until_version || !visit(change)) return Done{};
      }
      const std::uint64_t last = number_field(*page, "last_version");
      if (!page->value("more", false) || last < from) return Done{};
      from = last + 1;
    }
    return Done{};
  }

  Result<Json> prove(const EntityId& actor, std::uint64_t position,
                     std::uint64_t tree_size) override {
    return api_.get("/v1/audit/proof" + query_text({{"actor", to_text(actor)},
                                                    {"position", std::to_string(position)},
                                                    {"tree_size", std::to_string(tree_size)}}));
  }

  Result<Json> who_could(const EntityId& actor, const Moment& moment) override {
    return api_.get("/v1/who/" + to_text(actor) + moment_query(moment));
  }

  Status each_state(const EntityId& organization, const Moment& moment,
                    const std::function<bool(const Json&)>& visit) override {
    std::string query = moment_query(moment);
    query += (query.empty() ? "?" : "&") + std::string("organization=") + to_text(organization);
    for (std::string after;;) {
      const auto page = api_.get("/v1/states" + query + (after.empty() ? "" : "&after=" + after));
      if (!page) return page.error();
      for (const auto& state : page->value("items", Json::array())) {
        if (interrupted()) return Error{"interrupted"};
        if (!visit(state)) return Done{};
      }
      const std::string next = text_field(*page, "next");
      if (next.empty() || next == after) return Done{};
      after = next;
    }
  }

  Status replay_all(const std::function<bool(const Json&)>& visit) override {
    for (const auto kind : entity_kinds()) {
      if (const auto status = replay_kind(kind, visit); !status) return status;
    }
    return Done{};
  }

 private:
  Status replay_kind(EntityKind kind, const std::function<bool(const Json&)>& visit) {
    std::string after;
    for (;;) {
      const auto page = api_.get("/v1/actors" + query_text({{"kind", std::string(kind_name(kind))},
                                                            {"limit", std::to_string(kPageSize)},
                                                            {"after", after}}));
      if (!page) return page.error();
      const Json items = page->value("items", Json::array());
      for (const auto& item : items) {
        const auto state = api_.get("/v1/state/" + text_field(item, "id"));
        if (!state) return state.error();
        if (!visit(*state)) return Done{};
      }
      if (items.empty() || text_field(items.back(), "id") == after) return Done{};
      after = text_field(items.back(), "id");
    }
  }

  Api api_;
};

}  // namespace

std::unique_ptr<AuditSource> audit_server(Api api) {
  return std::make_unique<ServerSource>(std::move(api));
}

}  // namespace rookery::tool
