#include <openssl/sha.h>

#include <algorithm>

#include "actors/runtime/history.h"
#include "actors/runtime/snapshots.h"

namespace rookery {

std::string state_hash(const char* phase, const std::string& canonical_bytes) {
  std::string input = phase;
  input += '\0';
  input += canonical_bytes;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 15];
  }
  return hex;
}

Result<ActorView> replay_entity(const EventLog& log, const EntityId& id,
                                std::uint64_t until_version) {
  Result<ActorView> view = Error{to_text(id) + " is no kind of entity that has a state"};
  with_aggregate(id.kind(), [&](auto aggregate) {
    History<decltype(aggregate)> history;
    const Status followed = follow_log(log, id, until_version, history);
    if (!followed) {
      view = Error{to_text(id) + ": " + followed.error().message};
    } else {
      view = make_view(id, history.state, history.version, history.epoch);
    }
  });
  return view;
}

Result<std::optional<ActorView>> replay_from_snapshot(const EventLog& log, const EntityId& id,
                                                      std::uint64_t until_version) {
  const auto snapshot = log.last_snapshot(id, until_version);
  if (!snapshot) return snapshot.error();
  Result<std::optional<ActorView>> view = std::optional<ActorView>();
  if (!*snapshot) return view;
  with_aggregate(id.kind(), [&](auto aggregate) {
    auto history = history_of<decltype(aggregate)>(**snapshot);
    if (!history) return;
    const Status followed = follow_log(log, id, until_version, *history);
    if (!followed) {
      view = Error{to_text(id) + ": " + followed.error().message};
    } else {
      view = std::optional(make_view(id, history->state, history->version, history->epoch));
    }
  });
  return view;
}

}  // namespace rookery
