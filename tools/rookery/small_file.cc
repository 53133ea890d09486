#include "tools/rookery/small_file.h"

#include <fstream>

#include "eventstore/durable_file.h"
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
  if (replace_file(file, text, 0600)) return Done{};
  return Error{"cannot write " + escape_text(file.string()) + ": choose another place"};
}

}  // namespace rookery::tool
