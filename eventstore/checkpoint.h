// A signed statement of how much a shard's tree holds (C2SP tlog-checkpoint): its note's text is
// origin, size and root, a line each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eventstore/event_log.h"
#include "eventstore/merkle.h"
#include "eventstore/signed_note.h"

namespace rookery {

struct Checkpoint {
  std::string origin;  // which log: "rookery.local/STORE/SHARD"
  TreeHead head;
};

// The origin of a shard's tree in the store whose keys have this name.
std::string checkpoint_origin(std::string_view key_name, Shard shard);

std::string checkpoint_text(const Checkpoint& checkpoint);
// Error: another form, or another spelling of the numbers.
Result<Checkpoint> parse_checkpoint_text(std::string_view text);

// A whole signed note; several keys sign while one takes over from another.
std::string sign_checkpoint(const Checkpoint& checkpoint, const std::vector<NoteSigner>& signers);

struct VerifiedCheckpoint {
  Checkpoint checkpoint;
  std::vector<NoteVoucher> vouchers;  // at least one
};
// Error: not a checkpoint, a wrong signature, or none by a key of `known`.
Result<VerifiedCheckpoint> verify_checkpoint(std::string_view note,
                                             const std::vector<NoteVerifier>& known);

}  // namespace rookery
