// What the audit commands have in common: where they read, which events, which actor, when.
#pragma once

#include <memory>
#include <optional>

#include "tools/rookery/audit_source.h"
#include "tools/rookery/invocation.h"

namespace rookery::tool {

// --data: a copy of a database instead of the server.
void add_data_option(CLI::App& command);
// The folder of the event log below --data, or that folder itself.
std::filesystem::path events_folder(const std::filesystem::path& data);
// --actor, --principal, --type, --queries, --refusals, --org, --since, --until
void add_filter_options(CLI::App& command);

// --org: all actors of an organization, instead of the one of the argument "actor".
void add_organization_option(CLI::App& command);
// Nothing: --org was not given. Error also when it was given with an actor, or neither was.
Result<std::optional<EntityId>> organization_of(AuditSource& source, const CLI::App& command);

// A time, version:N or position:N.
void add_moment_option(CLI::App& command, const std::string& name, const std::string& description);
// The actor's version at that moment; without any text its last.
Result<std::uint64_t> version_of(AuditSource& source, const std::string& moment,
                                 const EntityId& actor);

Result<std::unique_ptr<AuditSource>> open_source(Context& context, const CLI::App& command);
Result<EventFilter> read_filter(AuditSource& source, const CLI::App& command);

}  // namespace rookery::tool
