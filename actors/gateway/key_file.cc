#include "actors/gateway/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "actors/random.h"
#include "eventstore/durable_file.h"

namespace rookery {
namespace {

Error file_error(const std::filesystem::path& file, const std::string& what) {
  return Error{"key file " + file.string() + ": " + what};
}

Result<SecretKey> read_key(const std::filesystem::path& file, int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return file_error(file, std::strerror(errno));
  if ((status.st_mode & 077) != 0) {
    return file_error(file, "others may read it: chmod 600 it, or delete it to have a new one");
  }
  SecretKey key{};
  const ssize_t size = ::read(descriptor, key.data(), key.size());
  if (size != static_cast<ssize_t>(key.size()) || status.st_size != size) {
    return file_error(file, "does not hold 32 bytes: restore it, or delete it to have a new one");
  }
  return key;
}

Result<SecretKey> make_key(const std::filesystem::path& file) {
  SecretKey key{};
  system_random().fill(key);
  const Status put =
      replace_file(file, {reinterpret_cast<const char*>(key.data()), key.size()}, 0600);
  if (!put) return file_error(file, put.error().message);
  return key;
}

}  // namespace

Result<SecretKey> open_key_file(const std::filesystem::path& file) {
  std::error_code failure;
  std::filesystem::create_directories(file.parent_path(), failure);
  if (failure) return file_error(file, failure.message());
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return errno == ENOENT ? make_key(file) : file_error(file, std::strerror(errno));
  }
  auto key = read_key(file, descriptor);
  ::close(descriptor);
  return key;
}

}  // namespace rookery
