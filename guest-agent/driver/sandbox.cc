#include "guest-agent/driver/sandbox.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "guest-agent/seqpacket.h"

extern char** environ;

namespace rookery::guest {
namespace {

namespace fs = std::filesystem;

// Where the sandbox's own files arrive, and the first number of those it must not inherit. Files
// are lifted out of the way first, so that none is overwritten before it is given.
constexpr int kLockAt = 3;
constexpr int kStatusAt = 4;
constexpr int kFirstForeign = 5;
constexpr int kOutOfTheWay = 64;
constexpr const char* kMemoryBytesMax = "268435456";  // of /tmp and of /run, each

void add(std::vector<std::string>& out, std::initializer_list<std::string> words) {
  out.insert(out.end(), words);
}

// /bin, /lib and the like are links into /usr on every system this runs on, or folders of old.
void add_system(std::vector<std::string>& out) {
  add(out, {"--ro-bind", "/usr", "/usr"});
  for (const char* name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    std::error_code failed;
    if (fs::is_symlink(name, failed)) {
      add(out, {"--symlink", fs::read_symlink(name, failed).string(), name});
    } else if (fs::is_directory(name, failed)) {
      add(out, {"--ro-bind", name, name});
    }
  }
  // What programs need to find libraries, fonts and tables; nothing that names people or keys.
  for (const char* name :
       {"/etc/alternatives", "/etc/fonts", "/etc/gtk-3.0", "/etc/ld.so.cache", "/etc/ld.so.conf",
        "/etc/ld.so.conf.d", "/etc/localtime", "/etc/matchbox", "/etc/X11", "/etc/xdg",
        "/etc/mime.types", "/etc/terminfo", "/var/cache/fontconfig"}) {
    add(out, {"--ro-bind-try", name, name});
  }
}

void add_environment(std::vector<std::string>& out) {
  const std::string image = kSandboxImage;
  add(out, {"--clearenv"});
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::string>>{
           {"PATH", image + "/bin:" + kSandboxPrograms + ":/usr/local/bin:/usr/bin:/bin"},
           {"HOME", kSandboxHome},
           {"USER", "phone"},
           {"LOGNAME", "phone"},
           {"SHELL", "/bin/bash"},
           {"LANG", "C.UTF-8"},
           {"XDG_RUNTIME_DIR", "/run/user"},
           {"XDG_DATA_DIRS", image + "/share:/usr/share"},
           {"NO_AT_BRIDGE", "1"},                // GTK: no accessibility bus
           {"GSETTINGS_BACKEND", "keyfile"}}) {  // GTK: settings in the home, no bus
    add(out, {"--setenv", name, value});
  }
}

std::string text_of(int fd) {
  std::string out;
  std::array<char, 512> buffer{};
  ssize_t size = 0;
  while ((size = ::read(fd, buffer.data(), buffer.size())) > 0 || (size < 0 && errno == EINTR)) {
    if (size > 0) out.append(buffer.data(), static_cast<std::size_t>(size));
  }
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    // A session of its own: Ctrl-C on the host's terminal is not for guests.
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void give(int fd, int as) {
    given_.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, kOutOfTheWay));
    posix_spawn_file_actions_adddup2(&actions_, given_.back().get(), as);
  }
  // Not every library of the host marks its sockets as its own.
  void close_from(int first) { posix_spawn_file_actions_addclosefrom_np(&actions_, first); }

  // Once; what was given is closed here then.
  Result<pid_t> run(const std::vector<std::string>& words) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const int failed =
        posix_spawnp(&pid, arguments[0], &actions_, &attributes_, arguments.data(), environ);
    given_.clear();
    if (failed == ENOENT) {
      return Error{"bubblewrap is not installed: install the package bubblewrap"};
    }
    if (failed != 0) {
      return Error{"cannot start bubblewrap: " + std::string(std::strerror(failed))};  // NOLINT
    }
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  std::vector<FileDescriptor> given_;
};

}  // namespace

std::vector<std::string> bubblewrap_arguments(const Sandbox& sandbox) {
  std::vector<std::string> out{"bwrap"};
  add(out, {"--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
            "--unshare-cgroup-try", "--uid", "1000", "--gid", "1000", "--hostname", "phone",
            "--cap-drop", "ALL", "--new-session"});
  add(out, {"--sync-fd", std::to_string(kLockAt), "--json-status-fd", std::to_string(kStatusAt)});
  add_system(out);
  add(out, {"--proc", "/proc", "--dev", "/dev"});
  for (const char* folder : {"/tmp", "/run", "/dev/shm"}) {
    add(out, {"--size", kMemoryBytesMax, "--tmpfs", folder});
  }
  add(out, {"--dir", "/run/user", "--dir", "/var/lib/xkb", "--symlink", "../tmp", "/var/tmp"});
  add(out, {"--bind", sandbox.home.string(), kSandboxHome});
  add(out, {"--bind", sandbox.run_folder.string(), kSandboxRun});
  add(out, {"--ro-bind", sandbox.programs.string(), kSandboxPrograms});
  add(out, {"--ro-bind", sandbox.image.string(), kSandboxImage});
  add(out, {"--remount-ro", "/", "--chdir", kSandboxHome});
  add_environment(out);
  out.emplace_back("--");
  out.insert(out.end(), sandbox.command.begin(), sandbox.command.end());
  return out;
}

Result<pid_t> start_sandbox(const Sandbox& sandbox) {
  SpawnPlan plan;
  plan.give(sandbox.log_fd, STDOUT_FILENO);
  plan.give(sandbox.log_fd, STDERR_FILENO);
  plan.give(sandbox.lock_fd, kLockAt);
  plan.give(sandbox.status_fd, kStatusAt);
  plan.close_from(kFirstForeign);
  return plan.run(bubblewrap_arguments(sandbox));
}

Status probe_sandbox() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{"no more files can be opened"};
  const FileDescriptor words(ends[0]);
  FileDescriptor said(ends[1]);
  SpawnPlan plan;
  plan.give(said.get(), STDOUT_FILENO);
  plan.give(said.get(), STDERR_FILENO);
  plan.close_from(kLockAt);
  std::vector<std::string> command{"bwrap",         "--unshare-user", "--unshare-ipc",
                                   "--unshare-pid", "--unshare-net",  "--unshare-uts"};
  add_system(command);
  add(command, {"--proc", "/proc", "--dev", "/dev", "--", "true"});
  const auto pid = plan.run(command);
  if (!pid) return pid.error();
  said.reset();
  const std::string text = text_of(words.get());
  int status = 0;
  while (::waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Done{};
  return Error{
      "this machine lets us make no sandbox for phones (" + text +
      "). Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, on Ubuntu 24.04 "
      "kernel.apparmor_restrict_unprivileged_userns=0, in a container its option for nested "
      "namespaces; or start with --no-guests"};
}

}  // namespace rookery::guest
