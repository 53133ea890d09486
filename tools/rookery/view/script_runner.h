// Does a script's actions in order.
#pragma once

#include <functional>
#include <vector>

#include "schemas/input_events.h"
#include "schemas/result.h"
#include "tools/rookery/view/screen.h"
#include "tools/rookery/view/script.h"

namespace rookery::tool {

// Sends one input to the phone.
using InputSender = std::function<void(const InputEvent&)>;

// Ends with the first action that fails; the error names the line. The screen must watch changes.
Status run_script(const std::vector<script::Line>& lines, Screen& screen, const InputSender& send);

}  // namespace rookery::tool
