#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "schemas/result.h"

namespace rookery {

// Puts a whole small file in place: written and synced beside it as FILE.new, renamed, the folder
// synced. A crash leaves what was there before or the new one, and after the return only the new
// one. `mode` as of open(2). The error tells the system's reason only.
Status replace_file(const std::filesystem::path& file, std::string_view bytes, mode_t mode);

}  // namespace rookery
