// A server that a benchmark starts and ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rookery::bench {

// The first of these programs that can be run.
std::optional<std::string> find_program(const std::vector<std::string>& candidates);
// A TCP port on loopback that was free a moment ago.
std::uint16_t free_port();
// Root must not run some servers: they run as `user`, who then owns `folder`.
std::string user_for(const std::string& user, const std::filesystem::path& folder);
// Runs a command to its end, as `user` if that is not empty; dies with its output when it fails.
void run_command(const std::vector<std::string>& arguments, const std::string& user,
                 const std::filesystem::path& output);

class ServerProcess {
 public:
  ServerProcess(const std::vector<std::string>& arguments, const std::string& user,
                const std::filesystem::path& output);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Dies, naming the output, when it is not so any more.
  void require_running() const;

 private:
  pid_t pid_;
  const std::filesystem::path output_;
};

}  // namespace rookery::bench
