// A real rookeryd, started for a test and gone with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rookery::test {

class RookerydProcess {
 public:
  // Starts it on any free port.
  RookerydProcess(const std::filesystem::path& data, const std::vector<std::string>& flags);
  ~RookerydProcess();

  // Waits for the ready line; 0: it ended without one.
  std::uint16_t wait_until_ready();
  void kill_hard();
  // Asks it to stop; its exit code, or -1 when a signal ended it.
  int stop();

 private:
  int reap();

  pid_t pid_ = -1;
  int output_ = -1;
};

}  // namespace rookery::test
