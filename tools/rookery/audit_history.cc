#include "tools/rookery/audit_history.h"

#include <map>

#include "tools/rookery/print.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

constexpr const char* kColumns[] = {
    "position", "time",      "time_us",    "stream",       "version",        "type", "schema",
    "epoch",    "principal", "command_id", "causation_id", "correlation_id", "data"};

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_value(const Json& event, const std::string& column) {
  if (column == "time") return format_time(event.value("time_us", std::int64_t{0}));
  const auto found = event.find(column);
  if (found == event.end()) return {};
  return found->is_string() ? found->get<std::string>() : to_line(*found);
}

// One field on its way through a history.
struct Touched {
  Json before;
  Json after;
  Json by;
};

Json named_by(const Json& change) {
  Json by = Json::object();
  for (const char* name : {"position", "version", "time_us", "type", "principal"}) {
    by[name] = change.value(name, Json());
  }
  return by;
}

}  // namespace

Result<Json> difference(AuditSource& source, const EntityId& actor, std::uint64_t from_version,
                        std::uint64_t to_version) {
  std::map<std::string, Touched> fields;
  Json phase_before;
  Json phase;
  const auto read = source.read_changes(actor, from_version, to_version, [&](const Json& change) {
    if (phase.is_null()) phase_before = change.value("phase_before", Json());
    phase = change.value("phase", Json());
    const Json by = named_by(change);
    for (const Json& one : change.value("changes", Json::array())) {
      Touched& touched =
          fields.emplace(text_field(one, "field"), Touched{one.value("before", Json()), {}, {}})
              .first->second;
      touched.after = one.value("after", Json());
      touched.by = by;
    }
    return true;
  });
  if (!read) return read.error();
  Json changes = Json::array();
  for (const auto& [field, touched] : fields) {
    if (touched.before == touched.after) continue;  // there and back again
    Json change{{"field", field}, {"before", touched.before}, {"after", touched.after}};
    change.update(touched.by);
    changes.push_back(std::move(change));
  }
  return Json{{"actor", to_text(actor)},  {"from_version", from_version},
              {"to_version", to_version}, {"phase_before", phase_before},
              {"phase", phase},           {"changes", std::move(changes)}};
}

std::string csv_heading() {
  std::string row;
  for (const char* column : kColumns) row += (row.empty() ? "" : ",") + std::string(column);
  return row + "\r\n";
}

std::string csv_row(const Json& event) {
  std::string row;
  for (const char* column : kColumns) {
    if (column != kColumns[0]) row += ',';
    row += csv_cell(csv_value(event, column));
  }
  return row + "\r\n";
}

}  // namespace rookery::tool
