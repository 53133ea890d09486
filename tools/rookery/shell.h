// The admin shell's commands, apart from how lines come in.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tools/rookery/find_entity.h"
#include "tools/rookery/invocation.h"

namespace rookery::tool {

// Used from one thread.
class Shell {
 public:
  Shell(Context& context, Api api) : context_(context), api_(std::move(api)) {}

  // Runs a line's commands in order, up to the first that fails.
  Outcome run(const std::string& line);
  // The person asked to leave.
  bool left() const { return left_; }

  // What could stand in place of the last of these words, from the live system.
  std::vector<std::string> complete(const std::vector<std::string>& words);

 private:
  using Words = std::vector<std::string>;
  struct Command {
    const char* name;
    const char* usage;
    const char* description;
    Outcome (Shell::*run)(const Words& words);
  };
  static const std::vector<Command>& commands();

  Outcome run_command(const Words& words);
  Outcome help(const Words& words);
  Outcome list(const Words& words);
  Outcome show(const Words& words);
  Outcome events(const Words& words);
  Outcome follow(const Words& words);
  Outcome state(const Words& words);
  Outcome phone(const Words& words);
  Outcome whoami(const Words& words);
  Outcome leave(const Words& words);
  Outcome usage_of(const std::string& name) const;
  void print_actor(const Json& actor);
  const std::vector<Listed>& remembered(EntityKind kind);
  std::vector<std::string> ids_for(const std::string& begun);

  struct Remembered {
    std::chrono::steady_clock::time_point when;
    std::vector<Listed> entities;
  };
  Context& context_;
  Api api_;
  bool left_ = false;
  std::map<EntityKind, Remembered> remembered_;  // for completion, a few seconds long
};

}  // namespace rookery::tool
