// The server half of a node: actors, read models, effects and gateway on one event log, wired.
#pragma once

#include <memory>
#include <string>

#include "actors/gateway/gateway.h"
#include "schemas/host_messages.h"

namespace rookery {

struct ServerOptions {
  GatewayOptions gateway;
  // When no user exists yet, this operator is made, in an organization named "Home".
  std::string first_admin;
  std::string first_admin_password;
};

// One thread at a time calls these, except reports().
class ServerSide {
 public:
  virtual ~ServerSide() = default;

  // Where hosts report to. Thread-safe; hosts must be gone before the server side is.
  virtual host::ReportSink reports() = 0;
  // Tells the host what should run, then lets clients in. Once; `link` must outlive the gateway.
  virtual Status serve(host::Link& link) = 0;
  virtual std::uint16_t port() const = 0;
  // Lets nobody in any more, ends all sessions as events, and with `stop_phones` stops all phones;
  // returns when that is in the log, or after `wait_ms_max`.
  virtual void close(bool stop_phones, std::int64_t wait_ms_max) = 0;
};

// Reads the log into the read models. All arguments must outlive the server side.
Result<std::unique_ptr<ServerSide>> make_server_side(EventLog& log, const Clock& clock,
                                                     Random& random, const ServerOptions& options);

}  // namespace rookery
