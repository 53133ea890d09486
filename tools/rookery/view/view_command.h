// view: a phone in a window, or without one.
#pragma once

#include "tools/rookery/invocation.h"

namespace rookery::tool {

void add_view_command(CLI::App& app, Invocation& invocation);

}  // namespace rookery::tool
