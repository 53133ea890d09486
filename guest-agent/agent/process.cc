#include "guest-agent/agent/process.h"

#include "guest-agent/spawn_plan.h"

namespace rookery::guest {

Result<pid_t> spawn(const std::vector<std::string>& words, const std::string& log_path,
                    int inherited_fd) {
  constexpr int kInheritedAs = 3;
  SpawnPlan plan;
  plan.log_to(log_path);
  if (inherited_fd >= 0) plan.give(inherited_fd, kInheritedAs);
  plan.close_from(inherited_fd >= 0 ? kInheritedAs + 1 : kInheritedAs);
  return plan.run(words);
}

}  // namespace rookery::guest
