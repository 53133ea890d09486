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
};
// The newest one. Error: none yet, or not signed by a key of `known`.
Result<FetchedCheckpoint> fetch_checkpoint(Api& api, const std::vector<NoteVerifier>& known);

// Is `newer` the tree of `older`, grown? Asks the server for the proof and checks it. False: it is
// another log, a shorter one, or one whose past was changed.
Result<bool> check_continues(Api& api, const Checkpoint& older, const Checkpoint& newer);

struct RemoteReport {
  TreeHead head;           // computed from the leaf hashes that the server tells
  std::string checkpoint;  // the newest, which signs for that head
  std::optional<AuditFinding> finding;
};
// Computes the tree from all leaf hashes and compares it with the newest checkpoint and with those
// in options.seen.
Result<RemoteReport> verify_remote(Api& api, const AuditOptions& options);

}  // namespace rookery::tool
