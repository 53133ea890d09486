#include "tools/rookery/small_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "tools/rookery/table.h"

namespace rookery::tool {

Result<std::string> read_small_file(const std::filesystem::path& file, std::size_t bytes_max) {
  const std::string name = escape_text(file.string());
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Error{"cannot read " + name + ": give a file that can be read"};
  std::string text(bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad()) return Error{"cannot read " + name + ": the disk says no"};
  if (text.size() > bytes_max) return Error{name + " is too large to be what is asked for"};
  return text;
}

Status replace_small_file(const std::filesystem::path& file, const std::string& text) {
  const Error failed{"cannot write " + escape_text(file.string()) + ": choose another place"};
  const std::string draft = file.string() + ".new";
  const int descriptor =
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return failed;
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!written || ::rename(draft.c_str(), file.c_str()) != 0) return failed;
  return Done{};
}

}  // namespace rookery::tool
