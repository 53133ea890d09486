// The sandbox's walls: which part of this machine a guest sees, as bubblewrap's arguments.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "schemas/result.h"

namespace rookery::guest {

struct Sandbox {
  std::filesystem::path home;        // becomes the home folder, writable
  std::filesystem::path run_folder;  // becomes kSandboxRun, writable
  std::filesystem::path programs;    // becomes kSandboxPrograms, read-only
  std::filesystem::path image;       // becomes kSandboxImage, read-only
  int status_fd = -1;
  int log_fd = -1;                   // standard output and error
  std::vector<std::string> command;  // becomes the first process; its end ends all others
};

inline constexpr const char* kSandboxHome = "/phone";
inline constexpr const char* kSandboxRun = "/run/rookery";
inline constexpr const char* kSandboxPrograms = "/opt/rookery/bin";
inline constexpr const char* kSandboxImage = "/opt/rookery/image";

// What a guest can do: run the machine's own programs (/usr, read-only), write in its home and in
// memory. What it cannot: see other processes, users, files, sockets or any network, gain rights.
std::vector<std::string> bubblewrap_arguments(const Sandbox& sandbox);

// Starts it, detached from this process's session. Returns bubblewrap's process id.
Result<pid_t> start_sandbox(const Sandbox& sandbox);

// Tries the smallest sandbox. An error says what this machine must allow.
Status probe_sandbox();

}  // namespace rookery::guest
