#include "guest-agent/driver/run_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

#include "guest-agent/driver/remove_tree.h"
#include "guest-agent/driver/sandbox.h"

namespace rookery::guest {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr std::int64_t kLastWordsBytes = 300;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

FileDescriptor open_file(const std::filesystem::path& path, int flags) {
  return FileDescriptor(::open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly));
}

// Its words, each with a zero behind it; empty: it ended.
std::string command_of(pid_t pid) { return read_file("/proc/" + std::to_string(pid) + "/cmdline"); }

bool is_bubblewrap(const std::string& command) {
  return command.starts_with(std::string("bwrap") + '\0');
}

bool has_word(const std::string& command, const std::string& word) {
  return command.find('\0' + word + '\0') != std::string::npos;
}

FileDescriptor handle_of(pid_t pid) {
  return FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

}  // namespace

Status RunFolder::prepare() const {
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed) return Error{"cannot make " + folder_.string() + ": " + failed.message()};
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, failed);
  const Status emptied = remove_tree(shared());
  if (!emptied) return emptied;
  for (const char* name : {"status", "guest.log"}) std::filesystem::remove(folder_ / name, failed);
  std::filesystem::create_directory(shared(), failed);
  if (failed) return Error{"cannot make " + shared().string() + ": " + failed.message()};
  return Done{};
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
  constexpr std::string_view kKey = "\"child-pid\":";
  const std::string status = read_file(folder_ / "status");
  const auto found = status.find(kKey);
  if (found == std::string::npos) return {};
  const auto pid = static_cast<pid_t>(std::atol(status.c_str() + found + kKey.size()));
  if (pid <= 0) return {};
  FileDescriptor handle = handle_of(pid);
  if (!handle) return {};
  // Read after the handle was taken, so it speaks of the process that the handle means.
  const std::string command = command_of(pid);
  const bool ours = is_bubblewrap(command) ||
                    command.starts_with(std::string(kSandboxPrograms) + "/rookery-agent" + '\0');
  if (!ours || !has_word(command, guest_name())) return {};
  return handle;
}

std::vector<FileDescriptor> RunFolder::unfinished() const {
  std::vector<FileDescriptor> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto pid = static_cast<pid_t>(std::atol(entry.path().filename().c_str()));
    if (pid <= 0) continue;
    FileDescriptor handle = handle_of(pid);
    const std::string command = command_of(pid);
    if (handle && is_bubblewrap(command) && has_word(command, shared().string())) {
      found.push_back(std::move(handle));
    }
  }
  return found;
}

std::string RunFolder::last_words() const {
  std::ifstream file(folder_ / "guest.log", std::ios::binary);
  file.seekg(0, std::ios::end);
  const std::int64_t size = file.tellg();
  file.seekg(std::max<std::int64_t>(0, size - kLastWordsBytes));
  std::string text(kLastWordsBytes, '\0');
  file.read(text.data(), kLastWordsBytes);
  text.resize(static_cast<std::size_t>(file.gcount()));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text;
}

}  // namespace rookery::guest
