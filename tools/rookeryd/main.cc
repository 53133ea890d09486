#include <sodium.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>

#include "actors/gateway/key_file.h"
#include "actors/server_side.h"
#include "eventstore/audit_keys.h"
#include "eventstore/checkpoint_keeper.h"
#include "eventstore/last_signed.h"
#include "eventstore/rocksdb_event_log.h"
#include "tools/rookeryd/local_host.h"
#include "tools/rookeryd/options.h"
#include "tools/rookeryd/stop_signal.h"
#include "tools/rookeryd/web_page_files.h"

namespace rookery {
namespace {

constexpr std::int64_t kStopMsMax = 30'000;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

int fail(const std::string& message, int code = kFailed) {
  std::fprintf(stderr, "rookeryd: %s\n", message.c_str());
  return code;
}

Result<ServerOptions> server_options(const Options& options) {
  const auto token = open_key_file(options.data / "keys" / "token.key");
  if (!token) return token.error();
  const auto ticket = open_key_file(options.data / "keys" / "ticket.key");
  if (!ticket) return ticket.error();
  ServerOptions out;
  out.gateway.address = options.listen_address;
  out.gateway.port = options.listen_port;
  out.gateway.keys = {*token, *ticket};
  out.gateway.page = web_page_files();
  out.gateway.backups = std::filesystem::absolute(options.data) / "backups";
  out.gateway.tls_chain_file = options.tls_chain_file;
  out.gateway.tls_key_file = options.tls_key_file;
  out.gateway.public_url = options.public_url;
  out.gateway.trusted_proxies = options.trusted_proxies;
  if (options.weak_passwords) {
    out.gateway.password_cost = {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};
  }
  out.gateway.queries_wait_for_log = options.queries_wait_for_log;
  out.first_admin = options.first_admin;
  const char* password = std::getenv("ROOKERY_ADMIN_PASSWORD");
  if (password != nullptr) out.first_admin_password = password;
  return out;
}

Result<std::unique_ptr<LocalHost>> make_host(const Options& options, host::ReportSink reports) {
  if (options.no_guests) return make_guestless_host(options, std::move(reports));
  return make_host_side(options, std::move(reports));
}

// The line that scripts wait for.
void say_ready(const Options& options, const ServerSide& server, const host::Link& link) {
  const bool v6 = options.listen_address.find(':') != std::string::npos;
  const std::string address = v6 ? "[" + options.listen_address + "]" : options.listen_address;
  const std::string media = link.description().media_address;
  const char* scheme = options.tls_chain_file.empty() ? "http" : "https";
  std::printf("rookeryd ready %s://%s:%u media %s\n", scheme, address.c_str(), server.port(),
              media.empty() ? "none" : ("udp://" + media).c_str());
  std::fflush(stdout);
}

int run(const Options& options) {
  const auto server_setup = server_options(options);
  if (!server_setup) return fail(server_setup.error().message);
  if (!options.first_admin.empty() &&
      server_setup->first_admin_password.size() < kPasswordBytesMin) {
    return fail("--first-admin needs ROOKERY_ADMIN_PASSWORD with at least 8 bytes", kUsage);
  }
  auto log = open_rocksdb_event_log(options.data / "events", {});
  if (!log) return fail(log.error().message);
  const auto signers = open_audit_keys(options.data / "keys", (*log)->identity());
  if (!signers) return fail(signers.error().message);
  const auto verifiers = read_verifiers(options.data / "keys" / "audit.pub");
  if (!verifiers) return fail(verifiers.error().message);
  const auto whole = check_last_signed(**log, options.data / "signed", *verifiers);
  if (!whole) return fail(whole.error().message);
  CheckpointKeeperOptions keeping;
  keeping.outside = options.data / "signed";
  keeping.on_failure = [](const Error& failure) {
    spdlog::error("no checkpoint was signed: {}", failure.message);
  };
  const CheckpointKeeper keeper(**log, *signers, std::move(keeping));
  auto server = make_server_side(**log, system_clock(), system_random(), *server_setup);
  if (!server) return fail(server.error().message);
  auto host = make_host(options, (*server)->reports());
  if (!host) return fail(host.error().message);
  const Status serving = (*server)->serve(**host);
  if (!serving) return fail(serving.error().message);
  say_ready(options, **server, **host);
  wait_for_stop_signal();
  spdlog::info("stopping");
  (*server)->close(!options.keep_guests, kStopMsMax);
  (*host)->close(options.keep_guests);
  server->reset();  // before the host: the effects hold its link
  return 0;
}

}  // namespace
}  // namespace rookery

int main(int argc, char** argv) {
  const rookery::Options options = rookery::parse_options(argc, argv);
  spdlog::set_default_logger(spdlog::stderr_color_mt("rookeryd"));
  if (sodium_init() < 0) return rookery::fail("libsodium does not start");
  rookery::catch_stop_signals();
  return rookery::run(options);
}
