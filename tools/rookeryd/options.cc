#include "tools/rookeryd/options.h"

#include <arpa/inet.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdlib>

namespace rookery {
namespace {

constexpr int kUsage = 2;

// "IP:PORT", "[IPv6]:PORT". False: neither.
bool split_listen(std::string text, Options& options) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  const std::string port = text.substr(colon + 1);
  std::string address = text.substr(0, colon);
  if (address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoul(port) > 0xffff || address.empty()) return false;
  options.listen_address = address;
  options.listen_port = static_cast<std::uint16_t>(std::stoul(port));
  return true;
}

bool is_ip(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

// "https://host" or "https://host:port"; the page stands at its root.
bool is_public_url(const std::string& url) {
  const auto slashes = url.find("://");
  if (slashes == std::string::npos) return false;
  const std::string scheme = url.substr(0, slashes);
  const std::string host = url.substr(slashes + 3);
  return (scheme == "https" || scheme == "http") && !host.empty() &&
         host.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
             "0123456789.-:[]") == std::string::npos;
}

bool is_loopback(const std::string& address) {
  return address == "::1" || address.starts_with("127.");
}

// What no option can check alone; throws what a person has to mend.
void settle(Options& options, const std::string& listen, const std::string& codec) {
  options.codec = codec == "vp9" ? VideoCodec::kVp9 : VideoCodec::kVp8;
  if (!split_listen(listen, options)) {
    throw CLI::ValidationError("--listen", "give IP:PORT, such as 127.0.0.1:8080");
  }
  while (options.public_url.ends_with('/')) options.public_url.pop_back();
  if (!options.public_url.empty() && !is_public_url(options.public_url)) {
    throw CLI::ValidationError("--public-url", "give https://HOST or https://HOST:PORT");
  }
  if (options.tls_chain_file.empty() && !options.insecure_http &&
      !is_loopback(options.listen_address)) {
    throw CLI::ValidationError(
        "--listen",
        "passwords would cross the network in plain text: give --tls-cert and "
        "--tls-key, or --insecure-http if a proxy has TLS");
  }
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  CLI::App app("rookeryd: one node of Rookery: actors, event log, HTTP API, guests and media");
  std::string listen = "127.0.0.1:8080";
  std::string codec = "vp8";
  app.add_option("--data", options.data, "Folder of everything that is kept");
  app.add_option("--runtime-dir", options.runtime_dir, "Folder of the guests' sockets [DATA/run]");
  app.add_option("--listen", listen, "IP:PORT of the HTTP API; port 0 takes any free one");
  auto* chain = app.add_option("--tls-cert", options.tls_chain_file,
                               "PEM file of the certificate chain for HTTPS")
                    ->envname("ROOKERY_TLS_CERT");
  auto* key = app.add_option("--tls-key", options.tls_key_file, "PEM file of its private key")
                  ->envname("ROOKERY_TLS_KEY");
  chain->needs(key);
  key->needs(chain);
  app.add_flag("--insecure-http", options.insecure_http,
               "Take plain HTTP from other machines too, for a proxy that has TLS")
      ->envname("ROOKERY_INSECURE_HTTP");
  app.add_option("--public-url", options.public_url,
                 "Address that links begin with, such as https://phones.example, behind a proxy")
      ->envname("ROOKERY_PUBLIC_URL");
  app.add_option("--trusted-proxy", options.trusted_proxies,
                 "IP of a proxy whose X-Forwarded-For is believed; may be given again")
      ->envname("ROOKERY_TRUSTED_PROXY")
      ->delimiter(',')
      ->check(CLI::Validator(
          [](const std::string& text) {
            return is_ip(text) ? std::string() : text + " is no IP address";
          },
          "IP"));
  app.add_option("--media-bind", options.media_bind, "IP that media listens on");
  app.add_option("--media-port", options.media_port, "UDP port of media; 0 takes any free one");
  app.add_option("--media-address", options.media_address,
                 "IP that clients are told for media [the one of --media-bind]");
  app.add_option("--codec", codec, "How this host codes its phones for viewers, vp8 or vp9 [vp8]")
      ->check(CLI::IsMember({"vp8", "vp9"}));
  app.add_option("--host-name", options.host_name,
                 "Name of this host in the log; must stay the same between starts");
  app.add_option("--first-admin", options.first_admin,
                 "Login of an operator to make when there is no user yet; their password is taken "
                 "from ROOKERY_ADMIN_PASSWORD");
  app.add_flag("--keep-guests", options.keep_guests, "Leave guests running when stopping");
  app.add_flag("--no-guests", options.no_guests, "Run no guests and no media on this node");
  app.add_flag("--weak-passwords", options.weak_passwords,
               "Hash passwords at the lowest cost; for tests only");
  app.add_flag("--queries-wait-for-log", options.queries_wait_for_log,
               "Answer a query only once the log holds who asked it, each by itself; else they are "
               "answered at once and repeated ones counted by the minute");
  app.option_defaults()->always_capture_default();
  app.failure_message([](const CLI::App*, const CLI::Error& wrong) {
    return "rookeryd: " + std::string(wrong.what()) + "; see rookeryd --help\n";
  });
  try {
    app.parse(argc, argv);
    settle(options, listen, codec);
  } catch (const CLI::ParseError& wrong) {
    std::exit(app.exit(wrong) == 0 ? 0 : kUsage);
  }
  if (options.runtime_dir.empty()) options.runtime_dir = options.data / "run";
  if (options.media_address.empty()) options.media_address = options.media_bind;
  return options;
}

}  // namespace rookery
