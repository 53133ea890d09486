// Answers of the API as tables, records and event lines.
#pragma once

#include <string>
#include <vector>

#include "tools/rookery/invocation.h"
#include "tools/rookery/json.h"

namespace rookery::tool {

struct Column {
  std::string heading;
  std::string field;
};

// A field for people: times (…_us) as ISO 8601, lists and objects as JSON on one line.
std::string cell_text(const Json& object, const std::string& field);

// The answer's "items" as a table, or the answer as JSON.
void print_items(Context& context, const Json& answer, const std::vector<Column>& columns);
// All fields of one object, one a line, or the object as JSON.
void print_record(Context& context, const Json& record);
// The new thing's id alone, so that scripts can take it; or the answer as JSON.
void print_created(Context& context, const Json& answer);
// What was done, for people; the answer as JSON otherwise.
void print_done(Context& context, const Json& answer, const std::string& sentence);

// position, time, stream, type, principal, data; one line, safe for a terminal.
std::string event_line(const Json& event);
// The same as JSON, or for people.
void print_event(Context& context, const Json& event);

}  // namespace rookery::tool
