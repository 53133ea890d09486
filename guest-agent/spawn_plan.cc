#include "guest-agent/spawn_plan.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

extern char** environ;

namespace rookery::guest {
namespace {

// Files are lifted to here first, so that none is overwritten before it is given.
constexpr int kOutOfTheWay = 64;
constexpr mode_t kOwnerOnly = 0600;

}  // namespace

SpawnPlan::SpawnPlan() {
  posix_spawn_file_actions_init(&actions_);
  posix_spawnattr_init(&attributes_);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes_, &none);
  posix_spawnattr_setsigdefault(&attributes_, &all);
  posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
}

SpawnPlan::~SpawnPlan() {
  posix_spawn_file_actions_destroy(&actions_);
  posix_spawnattr_destroy(&attributes_);
}

void SpawnPlan::own_session() { flags_ |= POSIX_SPAWN_SETSID; }

void SpawnPlan::give(int fd, int as) {
  given_.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, kOutOfTheWay));
  posix_spawn_file_actions_adddup2(&actions_, given_.back().get(), as);
}

void SpawnPlan::log_to(const std::string& path) {
  posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, path.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, kOwnerOnly);
  posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
}

void SpawnPlan::close_from(int first) {
  posix_spawn_file_actions_addclosefrom_np(&actions_, first);
}

Result<pid_t> SpawnPlan::run(const std::vector<std::string>& words) {
  posix_spawnattr_setflags(&attributes_, flags_);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int failed =
      posix_spawnp(&pid, arguments[0], &actions_, &attributes_, arguments.data(), environ);
  given_.clear();
  if (failed == ENOENT) return Error{words[0] + " is not installed"};
  if (failed != 0) {
    return Error{"cannot start " + words[0] + ": " + std::strerror(failed)};  // NOLINT
  }
  return pid;
}

}  // namespace rookery::guest
