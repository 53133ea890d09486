// What became of one actor, told field by field, and events as files for other programs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "tools/rookery/audit_source.h"

namespace rookery::tool {

// The net difference between two versions of an actor, from 0 (before its first event) on:
// {"actor","from_version","to_version","phase_before","phase","changes":[…]}, each change with the
// field, both values, and the last event that touched it: position, version, time_us, type,
// principal. Holds one entry a field, however long the history.
Result<Json> difference(AuditSource& source, const EntityId& actor, std::uint64_t from_version,
                        std::uint64_t to_version);

// One event a row, RFC 4180 (CRLF, quotes doubled). Columns, in this order: position, time (ISO
// 8601, UTC), time_us, stream, version, type, schema, epoch, principal, command_id, causation_id,
// correlation_id, data (a JSON object).
std::string csv_heading();
std::string csv_row(const Json& event);

}  // namespace rookery::tool
