// Checks a running server's log over the API, believing only what its key signed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eventstore/verifier.h"
#include "tools/rookery/api.h"

namespace rookery::tool {

struct FetchedCheckpoint {
  std::string note;
  VerifiedCheckpoint verified;
  std::uint64_t shards = 1;  // of the server's log
};
// The newest one of a shard. Error: none yet, or not signed by a key of `known`.
Result<FetchedCheckpoint> fetch_checkpoint(Api& api, const std::vector<NoteVerifier>& known,
                                           Shard shard = 0);

// Is `newer` the tree of `older`, grown? Asks the server for the proof and checks it. False: it is
// another log, a shorter one, or one whose past was changed.
Result<bool> check_continues(Api& api, const Checkpoint& older, const Checkpoint& newer);

struct RemoteReport {
  std::uint64_t events = 0;  // leaf hashes that the server told, of all shards
  std::string checkpoints;   // the newest of each shard, which sign for the trees over those
  std::optional<AuditFinding> finding;
};
// Computes each shard's tree from all leaf hashes and compares it with the newest checkpoint and
// with those in options.seen.
Result<RemoteReport> verify_remote(Api& api, const AuditOptions& options);

}  // namespace rookery::tool
