// Ctrl-C as a flag: whoever waits looks at it.
#pragma once

namespace rookery::tool {

// From now on SIGINT and SIGTERM set the flag; a second one while it is set ends the process.
void catch_interrupts();
bool interrupted();
void forget_interrupt();

}  // namespace rookery::tool
