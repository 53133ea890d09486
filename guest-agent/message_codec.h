// Messages between host and agent as bytes. Either side may be hostile to the other: a host must
// survive any guest, so decoding is bounded and total.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "schemas/guest_messages.h"

namespace rookery::guest {

// At most kMessageBytesMax bytes; more than kDamageRectanglesMax rectangles are written as their
// bounding box.
std::vector<std::uint8_t> encode(const FromAgent& message);
std::vector<std::uint8_t> encode(const ToAgent& message);

// Nothing for bytes that encode() never writes.
std::optional<FromAgent> decode_from_agent(std::span<const std::uint8_t> bytes);
std::optional<ToAgent> decode_to_agent(std::span<const std::uint8_t> bytes);

// The smallest rectangle around all of them; empty for none.
Rectangle bounding_box(std::span<const Rectangle> rectangles);

}  // namespace rookery::guest
