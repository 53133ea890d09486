// RUN/ID: what a running guest leaves on the host's disk, so that a restarted host finds it again.
//   status      bubblewrap's word on the sandbox: the process id of its first process
//   guest.log   what bubblewrap and the agent say
//   shared/     the only part that the guest sees: it makes agent.sock there
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "guest-agent/seqpacket.h"
#include "schemas/result.h"

namespace rookery::guest {

class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path shared() const { return folder_ / "shared"; }
  // By which the agent is known among all processes of the machine.
  std::string guest_name() const { return "rookery-guest-" + folder_.filename().string(); }

  // Makes the folder ready for a new guest. Whatever an earlier one did to its part is out of the
  // way.
  Status prepare() const;
  // For a new guest's status and log.
  FileDescriptor make_file(const char* name) const;

  // An error while there is no agent listening.
  Result<FileDescriptor> connect() const;
  // A handle of the guest's first process, whose end is the end of all others; none when it is
  // gone. Never another process that got its number later: it is the agent, which no other program
  // of the guest can change, or still the bubblewrap that becomes it.
  FileDescriptor first_process() const;
  bool alive() const { return static_cast<bool>(first_process()); }
  // Handles of bubblewraps that still prepare a guest here: those whose host was killed before they
  // had written their status, too.
  std::vector<FileDescriptor> unfinished() const;
  // The end of guest.log as one line.
  std::string last_words() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace rookery::guest
