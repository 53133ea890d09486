// Guests as sandboxed process trees: bubblewrap around rookery-agent, which runs an X server and
// the programs of an image. Needs no root where the kernel lets users make namespaces.
#pragma once

#include <filesystem>
#include <memory>

#include "guest-agent/driver/guest_driver.h"

namespace rookery::guest {

struct ProcessDriverOptions {
  std::filesystem::path homes;        // HOMES/ID/home is the guest's home folder; it is kept
  std::filesystem::path runtime_dir;  // RUN/ID: socket, lock and log of a running guest
  std::filesystem::path programs;     // folder of rookery-agent; default: this program's own
  std::filesystem::path images;       // IMAGES/NAME; default: ../share/rookery/images from there
  int boot_s_max = 120;               // seconds until a boot counts as failed
  int orphan_s_max = 600;             // seconds that a guest waits for a host that went away
};

// Guests outlive the driver, so that a restarted host can take them up again. An error when this
// machine cannot make the sandbox; its message says what to change.
Result<std::unique_ptr<GuestDriver>> make_process_driver(ProcessDriverOptions options);

}  // namespace rookery::guest
