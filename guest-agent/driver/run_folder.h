// RUN/ID: what a running guest leaves on the host's disk, so that a restarted host finds it again.
//   lock        a file lock that the sandbox holds as long as it lives
//   status      bubblewrap's word on the sandbox: the process id of its first process
//   guest.log   what bubblewrap and the agent say
//   shared/     the only part that the guest sees: it makes agent.sock there
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "guest-agent/seqpacket.h"
#include "schemas/result.h"

namespace rookery::guest {

class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path shared() const { return folder_ / "shared"; }

  // Does the sandbox live? It holds the lock from before its first process to after its last.
  bool locked() const;
  // Empties the folder and takes the lock; the returned file is to be inherited by the sandbox.
  Result<FileDescriptor> prepare() const;
  // For a new guest's status and log.
  FileDescriptor make_file(const char* name) const;

  // An error while there is no agent listening.
  Result<FileDescriptor> connect() const;
  // A handle of the sandbox's first process, whose end is the end of all others; none when it is
  // gone. Never another process that got its number later.
  FileDescriptor first_process() const;
  // The last lines of guest.log as one line.
  std::string last_words() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace rookery::guest
