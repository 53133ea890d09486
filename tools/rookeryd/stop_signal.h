// SIGTERM and SIGINT as something to wait for.
#pragma once

namespace rookery {

// Before other threads are started. Handlers, not a blocked mask: guests must not inherit it.
void catch_stop_signals();
void wait_for_stop_signal();

}  // namespace rookery
