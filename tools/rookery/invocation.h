// One run of the binary: its global flags, and the command that the arguments chose.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <iosfwd>
#include <string>
#include <variant>

#include "schemas/result.h"
#include "tools/rookery/api.h"

namespace rookery::tool {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

struct Settings {
  std::string server;  // empty: the saved login's, else the default
  std::string token;   // empty: the saved login's, when it is for this server
  std::string ca;      // file of certificates; empty: the saved login's, when it is for this server
  bool json = false;
};

// Why a command ended badly. Wrong usage is told apart for the exit code.
struct Failure {
  int exit_code = kExitFailed;
  std::string message;

  Failure(Error error) : message(std::move(error.message)) {}  // NOLINT: implicit on purpose
  Failure(int code, std::string text) : exit_code(code), message(std::move(text)) {}
};
using Outcome = std::variant<Done, Failure>;

inline Outcome outcome_of(const Status& status) {
  if (status) return Done{};
  return Failure(status.error());
}
inline Outcome usage_failure(std::string message) {
  return Failure(kExitUsage, std::move(message));
}

// What a command gets when it runs.
struct Context {
  Settings settings;
  std::ostream& out;

  Result<ServerAddress> server() const;
  Result<Api> api() const;
};

// A subcommand sets `run` when the arguments name it; its lambda reads the parsed arguments.
struct Invocation {
  Settings settings;
  std::function<Outcome(Context&)> run;
};

// A leaf command: `run` gets the parsed command, to read its arguments with the functions below.
CLI::App* add_command(CLI::App& parent, Invocation& invocation, const std::string& name,
                      const std::string& description,
                      std::function<Outcome(Context&, const CLI::App&)> run);

// A flag without a value. (CLI11 takes a literal after the name for a variable.)
CLI::Option* add_switch(CLI::App& command, const std::string& name, const std::string& description);

// An argument's text; `fallback` when it was not given.
std::string argument(const CLI::App& command, const std::string& name,
                     const std::string& fallback = "");
bool flag(const CLI::App& command, const std::string& name);
// An argument that was checked with a validator.
std::uint64_t number_argument(const CLI::App& command, const std::string& name,
                              std::uint64_t fallback);

// One file a group.
void add_login_commands(CLI::App& app, Invocation& invocation);
void add_organization_commands(CLI::App& app, Invocation& invocation);
void add_user_commands(CLI::App& app, Invocation& invocation);
void add_phone_commands(CLI::App& app, Invocation& invocation);
void add_session_commands(CLI::App& app, Invocation& invocation);
void add_link_commands(CLI::App& app, Invocation& invocation);
void add_shell_command(CLI::App& app, Invocation& invocation);
void add_store_commands(CLI::App& app, Invocation& invocation);
void add_audit_commands(CLI::App& app, Invocation& invocation);
void add_history_commands(CLI::App& audit, Invocation& invocation);
void add_bundle_commands(CLI::App& audit, Invocation& invocation);
void add_proof_commands(CLI::App& audit, Invocation& invocation);
void add_anomaly_command(CLI::App& audit, Invocation& invocation);
void add_fork_command(CLI::App& app, Invocation& invocation);

// Parses, runs, prints one line on stderr when it went wrong; returns the exit code.
int run_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err,
                     const std::function<void(CLI::App&, Invocation&)>& add_commands);
void add_all_commands(CLI::App& app, Invocation& invocation);

}  // namespace rookery::tool
