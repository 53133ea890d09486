// rookery-agent: runs inside a guest's sandbox; started by the host's driver, not by people.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "guest-agent/agent/agent.h"

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
  CLI11_PARSE(app, argc, argv);
  auto agent = rookery::guest::Agent::boot(options);
  if (!agent) {
    std::fprintf(stderr, "%s\n", agent.error().message.c_str());
    return 1;
  }
  return (*agent)->run();
}
