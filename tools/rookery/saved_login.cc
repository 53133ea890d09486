#include "tools/rookery/saved_login.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "tools/rookery/json.h"

namespace rookery::tool {
namespace {

std::filesystem::path folder_of(const char* variable, const char* below_home) {
  const char* folder = std::getenv(variable);
  if (folder != nullptr && folder[0] == '/') return std::filesystem::path(folder) / "rookery";
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] == '\0') return {};
  return std::filesystem::path(home) / below_home / "rookery";
}

Error cannot_save(const std::filesystem::path& file) {
  return Error{"cannot write " + file.string() + " (" + std::strerror(errno) +
               "): make it writable, or set XDG_CONFIG_HOME"};
}

}  // namespace

std::filesystem::path config_folder() { return folder_of("XDG_CONFIG_HOME", ".config"); }
std::filesystem::path state_folder() { return folder_of("XDG_STATE_HOME", ".local/state"); }

std::optional<SavedLogin> read_saved_login() {
  std::ifstream file(config_folder() / "login.json");
  const Json saved = Json::parse(file, nullptr, false);
  if (!saved.is_object()) return std::nullopt;
  SavedLogin login{text_field(saved, "server"), text_field(saved, "token"),
                   static_cast<std::int64_t>(number_field(saved, "expires_us")),
                   text_field(saved, "ca")};
  if (login.token.empty()) return std::nullopt;
  return login;
}

Status write_saved_login(const SavedLogin& login) {
  const auto folder = config_folder();
  if (folder.empty()) return Error{"no home folder to save the login in: set XDG_CONFIG_HOME"};
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const auto file = folder / "login.json";
  const auto draft = folder / ("login.json." + std::to_string(getpid()));
  const std::string text = to_line(Json{{"server", login.server},
                                        {"token", login.token},
                                        {"expires_us", login.expires_us},
                                        {"ca", login.ca}}) +
                           "\n";
  const int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return cannot_save(file);
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (close(fd) != 0 || !written || rename(draft.c_str(), file.c_str()) != 0) {
    unlink(draft.c_str());
    return cannot_save(file);
  }
  return Done{};
}

Status remove_saved_login() {
  const auto file = config_folder() / "login.json";
  if (unlink(file.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) return cannot_save(file);
  return Done{};
}

}  // namespace rookery::tool
