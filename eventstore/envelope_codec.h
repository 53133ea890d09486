// Envelope to stored bytes and back. The layout is FORMAT.md's; change it only with a new header
// version.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "schemas/envelope.h"
#include "schemas/result.h"

namespace rookery {

inline constexpr std::size_t kEnvelopeHeaderBytes = 136;

std::string encode_envelope(const Envelope& envelope);

// Error: too short, wrong magic, unknown header version, lengths that disagree, or a checksum that
// does not fit; the message names the field.
Result<Envelope> decode_envelope(std::string_view stored);

// Fills in what is known only at commit, and the checksum, in bytes encode_envelope() made.
void seal_envelope(std::string& stored, std::uint64_t position, std::uint64_t version,
                   std::uint64_t epoch);

}  // namespace rookery
