// The stored bytes of an event. Layout: FORMAT.md, "Envelope".
// An envelope is written in two steps: everything its writer knows on the writer's thread, then
// place and checksum on the commit thread, so that the commit thread only patches bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "schemas/envelope.h"
#include "schemas/event_codec.h"
#include "schemas/result.h"

namespace rookery {

// These values are embedded in stored data: never change them.
inline constexpr std::string_view kEnvelopeMagic = "RKEV";
inline constexpr std::uint16_t kEnvelopeLayout = 1;
inline constexpr std::size_t kEnvelopeHeaderBytes = 136;

// Appends one envelope without a place: position, version, epoch and checksum are zero.
void append_unplaced_envelope(std::string& out, const EncodedEvent& event, const EntityId& stream,
                              const Provenance& provenance);

// Whole length of the envelope that begins at `bytes`, which append_unplaced_envelope wrote.
std::size_t envelope_length(const char* bytes);

// Fills in the place and the checksum; the envelope is then as stored.
void place_envelope(std::span<char> envelope, std::uint64_t position, std::uint64_t version,
                    std::uint64_t epoch);

std::string encode_envelope(const Envelope& envelope);

// Checks magic, layout, lengths and checksum. `out` keeps its payload's memory from call to call;
// after an Error its content is unspecified.
Status decode_envelope(std::string_view bytes, Envelope& out);
Result<Envelope> decode_envelope(std::string_view bytes);

}  // namespace rookery
