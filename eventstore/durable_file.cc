#include "eventstore/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace rookery {
namespace {

Error system_error() {
  return Error{std::strerror(errno)};  // NOLINT: the message is copied at once
}

Status write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_error();
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  if (::fsync(descriptor) != 0) return system_error();
  return Done{};
}

Status sync_folder(const std::filesystem::path& folder) {
  const int descriptor =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return system_error();
  const Status synced = ::fsync(descriptor) == 0 ? Status(Done{}) : Status(system_error());
  ::close(descriptor);
  return synced;
}

}  // namespace

Status replace_file(const std::filesystem::path& file, std::string_view bytes, mode_t mode) {
  const std::string draft = file.string() + ".new";
  ::unlink(draft.c_str());
  const int descriptor =
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (descriptor < 0) return system_error();
  const Status written = write_all(descriptor, bytes);
  ::close(descriptor);
  if (!written) return written;
  if (::rename(draft.c_str(), file.c_str()) != 0) return system_error();
  return sync_folder(file.parent_path());
}

}  // namespace rookery
