#include "tools/rookery/phone_actions.h"

#include "tools/rookery/find_entity.h"
#include "tools/rookery/table.h"

namespace rookery::tool {
namespace {

// The server holds a waiting GET up to 60 s.
constexpr std::chrono::seconds kHeldAnswerTimeout{75};

}  // namespace

Result<Json> switch_phone(Api& api, const EntityId& phone, PhoneSwitch to, bool wait,
                          std::chrono::seconds timeout) {
  const bool start = to == PhoneSwitch::kStart;
  const std::string target = entity_target(phone);
  const auto requested = api.post(target + (start ? "/start" : "/stop"));
  if (!requested || !wait) return requested;
  const std::string wanted = start ? "running" : "stopped";
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::string phase;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto answer = api.get(target + query_text({{"wait", wanted}}), kHeldAnswerTimeout);
    if (!answer) return answer;
    phase = text_field(*answer, "phase");
    if (phase == wanted) return answer;
    if (start && phase == "stopped") {
      return Error{"the phone did not start: see why with rookery audit log --actor " +
                   to_text(phone)};
    }
  }
  return Error{"the phone is still '" + escape_text(phase) + "' after " +
               std::to_string(timeout.count()) + " s: look at it with rookery phone show"};
}

}  // namespace rookery::tool
