// A proof as a file that people pass on: one JSON object, "format" "rookery-event-proof/1".
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "eventstore/event_proof.h"

namespace rookery {

inline constexpr std::size_t kProofBytesMax = 4 << 20;

nlohmann::json hashes_json(const std::vector<Hash256>& hashes);
// Error: an entry is no base64 of 32 bytes.
Result<std::vector<Hash256>> parse_hashes(const nlohmann::json& array);

// With the event in words under "readable".
nlohmann::json proof_json(const EventProof& proof);
// Error: another format; a field that is missing, broken, there twice or unknown; or "readable"
// says something else than the event's bytes. What is left is for check_event_proof().
Result<EventProof> parse_proof(std::string_view text);

}  // namespace rookery
