// Takes a folder away whose content a guest chose.
#pragma once

#include <filesystem>

#include "schemas/result.h"

namespace rookery::guest {

// Fine when there is none. A link is taken away, what it means stays. Neither rights that were
// taken from a folder nor any depth of folders is in the way. An error names what stayed; then
// trying again is all that is needed. Nobody else may write there meanwhile.
Status remove_tree(const std::filesystem::path& folder);

}  // namespace rookery::guest
