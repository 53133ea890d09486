// rookery-agent: runs inside a guest's sandbox; started by the host's driver, not by people.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <utility>

#include "guest-agent/agent/agent.h"

namespace {

// Of every process of the guest; none can raise them again.
void limit_resources() {
  constexpr rlim_t kGiB = rlim_t{1} << 30;
  for (const auto& [resource, most] : std::initializer_list<std::pair<int, rlim_t>>{
           {RLIMIT_NPROC, 512},  // processes and threads; the kernel exempts a host run by root
           {RLIMIT_FSIZE, 2 * kGiB},  // bytes of one file
           {RLIMIT_AS, 8 * kGiB},     // bytes of address space of one process
           {RLIMIT_NOFILE, 4096},
           {RLIMIT_CORE, 0}}) {
    const rlimit limit{most, most};
    ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
  }
}

}  // namespace

int main(int argc, char** argv) {
  rookery::guest::AgentOptions options;
  CLI::App app("rookery-agent: the guest's side of a Rookery phone, inside its sandbox");
  app.add_option("--socket", options.socket, "Unix socket to listen at")->required();
  app.add_option("--image", options.image, "Folder with the image's session file")->required();
  app.add_option("--width", options.width_px, "Screen width in pixels")
      ->required()
      ->check(CLI::Range(64, 4096));
  app.add_option("--height", options.height_px, "Screen height in pixels")
      ->required()
      ->check(CLI::Range(64, 4096));
  app.add_option("--boot", options.boot, "Number of this boot, told to the host");
  app.add_option("--orphan-seconds", options.orphan_s, "End after so long without a host");
  std::string name;
  app.add_option("--name", name, "By which the host finds this process");
  CLI11_PARSE(app, argc, argv);
  // No other program of the guest can look into this process or change it.
  ::prctl(PR_SET_DUMPABLE, 0);
  limit_resources();
  auto agent = rookery::guest::Agent::boot(options);
  if (!agent) {
    std::fprintf(stderr, "%s\n", agent.error().message.c_str());
    return 1;
  }
  return (*agent)->run();
}
