// Between a host and the agent inside a guest: one SOCK_SEQPACKET Unix socket for messages, one
// shared memory (memfd, passed by the agent with its Hello) for pixels. No pixel crosses the
// socket.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "schemas/clipboard.h"
#include "schemas/input_events.h"

namespace rookery {

struct Rectangle {
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  bool operator==(const Rectangle&) const = default;
};

namespace guest {

inline constexpr std::uint32_t kProtocolVersion = 3;
inline constexpr std::size_t kDamageRectanglesMax = 64;  // more are merged into their bounding box
inline constexpr std::size_t kMessageBytesMax = 4096;
inline constexpr std::size_t kSessionsRememberedMax = 128;
inline constexpr std::size_t kClipboardPartBytesMax = 4000;

// Agent to host.

// First message on every connection; carries the memfd of stride_bytes * height_px bytes, BGRX.
struct Hello {
  std::uint32_t protocol_version = kProtocolVersion;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  std::uint32_t stride_bytes = 0;
  std::uint64_t boot = 0;
  // The last input of each stream session that came, the latest session last: a host that was
  // killed has forgotten. At most kSessionsRememberedMax.
  std::vector<InputNumber> inputs{};
  bool operator==(const Hello&) const = default;
};
// Answers one RequestFrame. From now until the next RequestFrame the agent leaves the pixels alone.
struct FrameReady {
  std::uint64_t sequence = 0;
  std::int64_t captured_us = 0;  // CLOCK_MONOTONIC, when the damage was seen
  std::vector<Rectangle> damage;
  bool operator==(const FrameReady&) const = default;
};
// The guest's programs are up and its screen can be used.
struct Ready {
  bool operator==(const Ready&) const = default;
};
// A piece of what was copied in the guest; the pieces up to the one that is `last` answer one
// RequestClipboard. Only kText has bytes.
struct ClipboardPart {
  ClipboardState state = ClipboardState::kText;
  bool last = true;
  std::string bytes;  // at most kClipboardPartBytesMax
  bool operator==(const ClipboardPart&) const = default;
};
// So many inputs of this session wait that the agent takes no more of them until a Forget.
struct Overfull {
  EntityId session;
  bool operator==(const Overfull&) const = default;
};
using FromAgent = std::variant<Hello, FrameReady, Ready, ClipboardPart, Overfull>;

// Host to agent.

// One frame, please, as soon as something has changed; with `full`, at once and wholly damaged.
struct RequestFrame {
  bool full = false;
  bool operator==(const RequestFrame&) const = default;
};
struct Inject {
  InputEvent event;
  InputNumber number{};  // one that came before is not done again
  bool operator==(const Inject&) const = default;
};
// This session may do nothing more: what waits of its inputs does not happen, and what it holds
// down is lifted.
struct Forget {
  EntityId session;
  bool operator==(const Forget&) const = default;
};
// What was copied, please.
struct RequestClipboard {
  bool operator==(const RequestClipboard&) const = default;
};
// End all programs and exit.
struct Shutdown {
  bool operator==(const Shutdown&) const = default;
};
using ToAgent = std::variant<RequestFrame, Inject, Shutdown, RequestClipboard, Forget>;

}  // namespace guest
}  // namespace rookery
