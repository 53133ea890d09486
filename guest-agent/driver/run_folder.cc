#include "guest-agent/driver/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <regex>
#include <sstream>

namespace rookery::guest {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr std::size_t kLastWordsBytes = 300;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

FileDescriptor open_file(const std::filesystem::path& path, int flags) {
  return FileDescriptor(::open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly));
}

}  // namespace

bool RunFolder::locked() const {
  const FileDescriptor file = open_file(folder_ / "lock", O_RDWR);
  return file && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

Result<FileDescriptor> RunFolder::prepare() const {
  std::error_code failed;
  std::filesystem::create_directories(shared(), failed);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, failed);
  FileDescriptor lock = open_file(folder_ / "lock", O_RDWR | O_CREAT);
  if (!lock) {
    return Error{"cannot write in " + folder_.string() + ": " + std::strerror(errno)};  // NOLINT
  }
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return Error{"the guest still runs"};
  for (const char* name : {"shared", "status", "guest.log"}) {
    std::filesystem::remove_all(folder_ / name, failed);
  }
  std::filesystem::create_directory(shared(), failed);
  return lock;
}

FileDescriptor RunFolder::make_file(const char* name) const {
  return open_file(folder_ / name, O_WRONLY | O_CREAT | O_APPEND);
}

Result<FileDescriptor> RunFolder::connect() const {
  // The guest owns this folder: what it put there must be a socket, not a link to somebody else's.
  // And through a handle: a socket's path may have 107 bytes, a data folder's more.
  const FileDescriptor socket = open_file(shared() / "agent.sock", O_PATH | O_NOFOLLOW);
  struct stat status {};
  if (!socket || ::fstat(socket.get(), &status) != 0 || !S_ISSOCK(status.st_mode)) {
    return Error{"no agent listens"};
  }
  return connect_to("/proc/self/fd/" + std::to_string(socket.get()));
}

FileDescriptor RunFolder::first_process() const {
  static const std::regex child(R"re("child-pid"\s*:\s*(\d{1,9}))re");
  const std::string status = read_file(folder_ / "status");
  std::smatch match;
  if (!std::regex_search(status, match, child)) return {};
  const auto pid = static_cast<pid_t>(std::stol(match[1].str()));
  FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!handle) return {};
  // The sandbox's first process is bubblewrap itself, with our folder among its arguments. Read
  // after the handle was taken, so it speaks of the process that the handle means.
  const std::string command = read_file("/proc/" + std::to_string(pid) + "/cmdline");
  if (command.find(folder_.string()) == std::string::npos) return {};
  return handle;
}

std::string RunFolder::last_words() const {
  std::string text = read_file(folder_ / "guest.log");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.size() > kLastWordsBytes) text.erase(0, text.size() - kLastWordsBytes);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text;
}

}  // namespace rookery::guest
