// E1: the one way in for people and scripts. Commands go in here, answers come out.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "actors/clock.h"
#include "actors/effects/host_effects.h"
#include "actors/effects/ticket_key.h"
#include "actors/gateway/key_file.h"
#include "actors/gateway/page_file.h"
#include "actors/gateway/passwords.h"
#include "actors/projections/log_follower.h"
#include "actors/random.h"

namespace rookery {

// All must outlive the gateway.
struct ServerParts {
  EventLog& log;
  EntityDirectory& directory;
  const ReadModels& models;
  const LogFollower& follower;
  const HostEffects& hosts;
  const Clock& clock;
  Random& random;
  std::filesystem::path backups;  // where copies of the log go; empty: nowhere
};

struct GatewayKeys {
  SecretKey token{};
  TicketSecret ticket{};
};

struct GatewayOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  GatewayKeys keys;
  std::vector<PageFile> page;  // of the browser; none: this server has no page
  // PEM files; empty: plain HTTP, for loopback or a proxy that has TLS.
  std::string tls_chain_file;
  std::string tls_key_file;
  std::string public_url;  // that links begin with; empty: what the client called this server
  std::vector<std::string> trusted_proxies;  // IPs whose X-Forwarded-For is believed
  PasswordCost password_cost;
  std::filesystem::path backups;  // of the log; empty: none can be made
  // True: each query is on the log before it is answered. False: it is answered at once, and on the
  // log soon after, repeated ones as a count a minute.
  bool queries_wait_for_log = false;
  std::size_t body_bytes_max = std::size_t{1} << 20;
  std::int64_t request_ms_max = 15'000;  // from a request's first byte to its last
};

class Gateway {
 public:
  virtual ~Gateway() = default;

  virtual std::uint16_t port() const = 0;
  // The read models have seen `position`. Any thread; not after the gateway is destroyed.
  virtual void applied(Shard shard, std::uint64_t position) = 0;
  // Takes nobody new, answers what was asked, returns when all is answered.
  virtual void close() = 0;
};

Result<std::unique_ptr<Gateway>> start_gateway(const ServerParts& parts,
                                               const GatewayOptions& options);

}  // namespace rookery
