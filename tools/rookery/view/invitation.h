// The API's answer to "open a session", read with suspicion.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "media/client/stream_client.h"
#include "schemas/result.h"
#include "tools/rookery/json.h"

namespace rookery::tool {

Result<media::Invitation> read_invitation(const Json& answer);

// Base64url (RFC 4648, section 5) of exactly 32 bytes, with or without padding.
std::optional<std::array<std::uint8_t, 32>> decode_key(std::string_view text);

}  // namespace rookery::tool
