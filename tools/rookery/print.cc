#include "tools/rookery/print.h"

#include <ostream>

#include "tools/rookery/table.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

// Spans of time end in _us too; these words mark the moments.
bool is_moment(const std::string& field) {
  return field == "time_us" || field == "expires_us" || field == "ticket_expires_us";
}

}  // namespace

std::string cell_text(const Json& object, const std::string& field) {
  const auto found = object.find(field);
  if (found == object.end() || found->is_null()) return {};
  if (found->is_string()) return found->get<std::string>();
  if (is_moment(field) && found->is_number_integer()) {
    return format_time(found->get<std::int64_t>());
  }
  if (found->is_boolean()) return found->get<bool>() ? "yes" : "no";
  return to_line(*found);
}

void print_items(Context& context, const Json& answer, const std::vector<Column>& columns) {
  if (context.settings.json) {
    context.out << to_line(answer) << "\n";
    return;
  }
  std::vector<std::string> headings;
  for (const auto& column : columns) headings.push_back(column.heading);
  Table table(headings);
  for (const auto& item : answer.value("items", Json::array())) {
    std::vector<std::string> cells;
    for (const auto& column : columns) cells.push_back(cell_text(item, column.field));
    table.add(cells);
  }
  context.out << table.text();
}

void print_record(Context& context, const Json& record) {
  if (context.settings.json) {
    context.out << to_line(record) << "\n";
    return;
  }
  // What it is comes first, then everything else as it was sent.
  Json ordered = Json::object();
  if (record.contains("id")) ordered["id"] = record["id"];
  ordered.update(record);
  std::size_t width = 0;
  for (const auto& [name, value] : ordered.items()) {
    width = std::max(width, display_width(escape_text(name)));
  }
  for (const auto& [name, value] : ordered.items()) {
    const std::string cell = cell_text(ordered, name);
    context.out << padded(escape_text(name), width + 2)
                << (cell.empty() ? std::string("-") : escape_text(cell)) << "\n";
  }
}

void print_created(Context& context, const Json& answer) {
  context.out << (context.settings.json ? to_line(answer) : escape_text(text_field(answer, "id")))
              << "\n";
}

void print_done(Context& context, const Json& answer, const std::string& sentence) {
  context.out << (context.settings.json ? to_line(answer) : sentence) << "\n";
}

std::string event_line(const Json& event) {
  const auto cell = [&](const char* field) { return escape_text(cell_text(event, field)); };
  const auto data = event.find("data");
  std::string line = padded(cell("position"), 8) + " " + cell("time_us") + "  " +
                     padded(cell("stream") + "@" + cell("version"), 42) + " " +
                     padded(cell("type"), 26) + " " + "by " + cell("principal");
  if (data != event.end() && !data->empty()) line += "  " + to_line(*data);
  return line;
}

void print_event(Context& context, const Json& event) {
  context.out << (context.settings.json ? to_line(event) : event_line(event)) << "\n";
}

}  // namespace rookery::tool
