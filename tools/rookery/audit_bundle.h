// A slice of one actor's history that an outside auditor can check alone: JSON Lines.
//   {"format":"rookery-bundle/1","actor","first_version","last_version","events"}
//   one event proof (proof_json.h) a line, in version order, all under one checkpoint
// The file is complete when it holds as many proofs as its first line says.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "eventstore/event_proof.h"
#include "tools/rookery/audit_source.h"

namespace rookery::tool {

inline constexpr const char* kBundleFormat = "rookery-bundle/1";

// Versions `first` to `last` of the actor. Holds one proof at a time.
Status write_bundle(AuditSource& source, const EntityId& actor, std::uint64_t first,
                    std::uint64_t last, std::ostream& out);

struct BundleCheck {
  std::string actor;
  std::uint64_t first_version = 0;
  std::uint64_t last_version = 0;
  VerifiedCheckpoint under;
};
// Every proof holds by a key of `known`, under one and the same checkpoint; the events are the
// actor's, in order, and none between first and last is left out. Nothing that is only there to be
// read is believed. Error names the first line that is not so. Visits each proven event.
Result<BundleCheck> check_bundle(std::istream& in, const std::vector<NoteVerifier>& known,
                                 const std::function<void(const Envelope&)>& visit);

}  // namespace rookery::tool
