// A child process of the agent.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "schemas/result.h"

namespace rookery::guest {

// Searches the PATH. Standard output and error go to `log_path` (made anew), input is empty; the
// file `inherited_fd` (-1: none) arrives as number 3, no other is inherited.
Result<pid_t> spawn(const std::vector<std::string>& words, const std::string& log_path,
                    int inherited_fd = -1);

}  // namespace rookery::guest
