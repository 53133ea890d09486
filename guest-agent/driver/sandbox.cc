#include "guest-agent/driver/sandbox.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "guest-agent/seqpacket.h"
#include "guest-agent/spawn_plan.h"

namespace rookery::guest {
namespace {

namespace fs = std::filesystem;

// Where the sandbox's own files arrive, and the first number of those it must not inherit.
constexpr int kStatusAt = 3;
constexpr int kFirstForeign = 4;
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

}  // namespace

std::vector<std::string> bubblewrap_arguments(const Sandbox& sandbox) {
  std::vector<std::string> out{"bwrap"};
  add(out, {"--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
            "--unshare-cgroup-try", "--uid", "1000", "--gid", "1000", "--hostname", "phone",
            "--cap-drop", "ALL", "--disable-userns", "--new-session"});
  add(out, {"--as-pid-1", "--json-status-fd", std::to_string(kStatusAt)});
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
  // The guest's own users; the machine's are none of its business.
  for (const char* name : {"etc/passwd", "etc/group"}) {
    add(out, {"--ro-bind-try", (sandbox.image / name).string(), std::string("/") + name});
  }
  add(out, {"--remount-ro", "/dev", "--remount-ro", "/", "--chdir", kSandboxHome});
  add_environment(out);
  out.emplace_back("--");
  out.insert(out.end(), sandbox.command.begin(), sandbox.command.end());
  return out;
}

Result<pid_t> start_sandbox(const Sandbox& sandbox) {
  SpawnPlan plan;
  plan.own_session();
  plan.give(sandbox.log_fd, STDOUT_FILENO);
  plan.give(sandbox.log_fd, STDERR_FILENO);
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
  plan.own_session();
  plan.give(said.get(), STDOUT_FILENO);
  plan.give(said.get(), STDERR_FILENO);
  plan.close_from(kStatusAt);
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
