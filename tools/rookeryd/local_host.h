// The host half of this process, as main() needs it: made, told to stop, whatever it runs.
#pragma once

#include <memory>

#include "schemas/host_messages.h"
#include "schemas/result.h"
#include "tools/rookeryd/options.h"

namespace rookery {

class LocalHost : public host::Link {
 public:
  // Ends all guests, or leaves them running; no report comes after this returns.
  virtual void close(bool keep_guests) = 0;
};

// A host that can run nothing: every start fails with a reason that says so.
std::unique_ptr<LocalHost> make_guestless_host(const Options& options, host::ReportSink reports);

// Guests in processes of this machine, media on a UDP socket.
Result<std::unique_ptr<LocalHost>> make_host_side(const Options& options, host::ReportSink reports);

}  // namespace rookery
