// The newest checkpoint of each shard, in files outside the database. Who cuts the database's own
// files cuts its checkpoints with the events; these still say how far the log had come.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "eventstore/checkpoint.h"
#include "eventstore/event_log.h"

namespace rookery {

// In `folder`, a file for each shard, named by its number.
Status write_last_signed(const std::filesystem::path& folder, Shard shard, const std::string& note);

// That `log` still begins with everything these checkpoints cover. Error: it ends before, holds
// other events, or a note is not this log's; says of what shard and position, and what to do.
Status check_signed(const EventLog& log, const std::vector<std::string>& notes,
                    const std::vector<NoteVerifier>& known);
// The same of the files in `folder`; a folder that is not there says nothing.
Status check_last_signed(const EventLog& log, const std::filesystem::path& folder,
                         const std::vector<NoteVerifier>& known);

}  // namespace rookery
