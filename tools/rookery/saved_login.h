// What `rookery login` keeps: $XDG_CONFIG_HOME/rookery/login.json, readable by its owner only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "schemas/result.h"

namespace rookery::tool {

struct SavedLogin {
  std::string server;  // the token is for this server only
  std::string token;
  std::int64_t expires_us = 0;
  std::string ca{};  // file of certificates that the server needs; empty: none
};

// $XDG_CONFIG_HOME, or ~/.config; empty without a home.
std::filesystem::path config_folder();
// $XDG_STATE_HOME, or ~/.local/state; empty without a home.
std::filesystem::path state_folder();

std::optional<SavedLogin> read_saved_login();
// Replaces the file in one step.
Status write_saved_login(const SavedLogin& login);
Status remove_saved_login();

}  // namespace rookery::tool
