// How a person hands over a password: never as an argument, where others could see it.
#pragma once

#include <string>

#include "schemas/result.h"

namespace rookery::tool {

// The first line of standard input.
Result<std::string> read_password_from_stdin();
// Asks on the terminal without echo. `twice` asks again and compares.
Result<std::string> ask_password(const std::string& prompt, bool twice);
// Asks for a visible answer on the terminal.
Result<std::string> ask_line(const std::string& prompt);

}  // namespace rookery::tool
