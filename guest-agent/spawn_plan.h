// How a child process begins: which files it has, and in whose session.
#pragma once

#include <spawn.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "guest-agent/seqpacket.h"
#include "schemas/result.h"

namespace rookery::guest {

// For one start. Input is empty, every signal is back to its default and not blocked.
class SpawnPlan {
 public:
  SpawnPlan();
  ~SpawnPlan();
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // A session of its own: Ctrl-C on this process's terminal is not for it.
  void own_session();
  // `fd` arrives as number `as`; any order is fine.
  void give(int fd, int as);
  // Standard output and error go to this file, made anew.
  void log_to(const std::string& path);
  // The child inherits no number from `first` on. Not every library marks its sockets as its own.
  void close_from(int first);

  // Searches the PATH.
  Result<pid_t> run(const std::vector<std::string>& words);

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  short flags_ = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  std::vector<FileDescriptor> given_;
};

}  // namespace rookery::guest
