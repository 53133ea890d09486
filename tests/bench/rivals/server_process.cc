#include "tests/bench/rivals/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/bench/store_load.h"

namespace rookery::bench {
namespace {

[[noreturn]] void become(const std::vector<std::string>& arguments, const passwd* user,
                         const std::filesystem::path& output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log >= 0) {
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
  }
  if (user != nullptr &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  std::vector<char*> words;
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  execv(words[0], words.data());
  _exit(127);
}

pid_t spawn(const std::vector<std::string>& arguments, const std::string& user,
            const std::filesystem::path& output) {
  const passwd* entry = user.empty() ? nullptr : getpwnam(user.c_str());
  if (!user.empty() && entry == nullptr) die("there is no user " + user);
  const pid_t child = fork();
  if (child < 0) die("fork failed");
  if (child == 0) become(arguments, entry, output);
  return child;
}

}  // namespace

std::optional<std::string> find_program(const std::vector<std::string>& candidates) {
  const auto found = std::find_if(candidates.begin(), candidates.end(),
                                  [](const auto& path) { return access(path.c_str(), X_OK) == 0; });
  if (found == candidates.end()) return std::nullopt;
  return *found;
}

std::uint16_t free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (probe < 0 || bind(probe, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    die("no free port");
  }
  close(probe);
  return ntohs(address.sin_port);
}

std::string user_for(const std::string& user, const std::filesystem::path& folder) {
  if (geteuid() != 0) return {};
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) die("there is no user " + user);
  if (chown(folder.c_str(), entry->pw_uid, entry->pw_gid) != 0)
    die("cannot hand over " + folder.string());
  return user;
}

void run_command(const std::vector<std::string>& arguments, const std::string& user,
                 const std::filesystem::path& output) {
  int status = 0;
  if (waitpid(spawn(arguments, user, output), &status, 0) < 0 || status != 0) {
    die(arguments[0] + " failed, see " + output.string());
  }
}

ServerProcess::ServerProcess(const std::vector<std::string>& arguments, const std::string& user,
                             const std::filesystem::path& output)
    : pid_(spawn(arguments, user, output)), output_(output) {}

ServerProcess::~ServerProcess() {
  kill(pid_, SIGKILL);  // what it keeps is thrown away with its folder
  waitpid(pid_, nullptr, 0);
}

void ServerProcess::require_running() const {
  siginfo_t ended{};
  if (waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      ended.si_pid != 0) {
    die("a server ended, see " + output_.string());
  }
}

}  // namespace rookery::bench
