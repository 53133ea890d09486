#include "actors/gateway/key_file.h"
#include "guest-agent/driver/process_driver.h"
#include "tools/rookeryd/host_side.h"

namespace rookery {
namespace {

Result<media::MediaOptions> media_options(const Options& options) {
  const auto key = open_key_file(options.data / "keys" / "host.key");
  if (!key) return key.error();
  media::MediaOptions out;
  out.bind_address = options.media_bind;
  out.port = options.media_port;
  out.codec = options.codec;
  out.key = media::key_pair_of(*key);
  return out;
}

std::string socket_text(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace

Result<std::unique_ptr<LocalHost>> make_host_side(const Options& options,
                                                  host::ReportSink reports) {
  const auto media_setup = media_options(options);
  if (!media_setup) return media_setup.error();
  guest::ProcessDriverOptions driver_setup;
  driver_setup.homes = options.data / "phones";
  driver_setup.runtime_dir = options.runtime_dir;
  auto driver = guest::make_process_driver(driver_setup);
  if (!driver) return driver.error();
  auto media = media::start_media_host(*media_setup, reports);
  if (!media) return media.error();
  host::Description description;
  description.name = options.host_name;
  description.media_address = socket_text(options.media_address, (*media)->port());
  description.public_key = media_setup->key.public_key;
  return std::unique_ptr<LocalHost>(
      std::make_unique<HostSide>(std::move(description), "process", std::move(*driver),
                                 std::move(*media), std::move(reports)));
}

}  // namespace rookery
