#include "guest-agent/driver/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "guest-agent/seqpacket.h"

namespace rookery::guest {
namespace {

constexpr mode_t kOwnerAll = 0700;

Error error_of(const std::string& name) {
  return Error{"cannot remove " + name + ": " + std::strerror(errno)};  // NOLINT
}

// With all rights for its owner. Never what a link means.
FileDescriptor open_folder(int parent, const char* name) {
  const FileDescriptor place(::openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!place) return {};
  // A folder without rights cannot be opened to be given some.
  ::chmod(("/proc/self/fd/" + std::to_string(place.get())).c_str(), kOwnerAll);
  return FileDescriptor(::openat(place.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

struct Close {
  void operator()(DIR* names) const { ::closedir(names); }
};

// Calls with each name once; stops at the first error.
Status for_each_name(int folder, const std::function<Status(const char*)>& act) {
  const int copy = ::fcntl(folder, F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, Close> names(::fdopendir(copy));
  if (!names) {
    if (copy >= 0) ::close(copy);
    return error_of("a folder's content");
  }
  ::rewinddir(names.get());
  while (const dirent* entry = ::readdir(names.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const Status done = act(entry->d_name);
    if (!done) return done;
  }
  return Done{};
}

// Moves what the folders in `top` hold up into `top`, again and again: so any depth needs no more
// than three open folders.
class Flattening {
 public:
  explicit Flattening(int top) : top_(top) {}

  Status run() {
    for (bool found = true; found;) {
      found = false;
      const Status done = for_each_name(top_, [&](const char* name) {
        found = true;
        return remove(name);
      });
      if (!done) return done;
    }
    return Done{};
  }

 private:
  Status remove(const char* name) {
    if (::unlinkat(top_, name, 0) == 0 || errno == ENOENT) return Done{};
    if (errno != EISDIR) return error_of(name);
    const FileDescriptor folder = open_folder(top_, name);
    if (!folder) return error_of(name);
    const Status emptied =
        for_each_name(folder.get(), [&](const char* inner) { return lift(folder.get(), inner); });
    if (!emptied) return emptied;
    // What the listing left out is found the next time.
    if (::unlinkat(top_, name, AT_REMOVEDIR) == 0 || errno == ENOTEMPTY) return Done{};
    return error_of(name);
  }

  Status lift(int from, const char* name) {
    if (::unlinkat(from, name, 0) == 0 || errno == ENOENT) return Done{};
    // A folder that moves must be writable: its ".." changes.
    if (errno != EISDIR || !open_folder(from, name)) return error_of(name);
    while (true) {
      const std::string free = "lifted." + std::to_string(++lifted_);
      if (::renameat(from, name, top_, free.c_str()) == 0) return Done{};
      if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR) return error_of(name);
    }
  }

  const int top_;
  std::uint64_t lifted_ = 0;
};

}  // namespace

Status remove_tree(const std::filesystem::path& folder) {
  const FileDescriptor parent(
      ::open(folder.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const std::string name = folder.filename();
  if (!parent && errno == ENOENT) return Done{};
  if (!parent || name.empty()) return error_of(folder.string());
  if (::unlinkat(parent.get(), name.c_str(), 0) == 0 || errno == ENOENT) return Done{};
  const FileDescriptor top = open_folder(parent.get(), name.c_str());
  if (!top) return error_of(folder.string());
  const Status emptied = Flattening(top.get()).run();
  if (!emptied) return Error{emptied.error().message + ", in " + folder.string()};
  if (::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR) == 0) return Done{};
  return error_of(folder.string());
}

}  // namespace rookery::guest
