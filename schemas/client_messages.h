// What travels inside sealed packets between a viewer and a host. One packet holds one message.
// Byte layout: media/PIPELINE.md. All decoding is bounded: nothing is allocated beyond what came.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "schemas/clipboard.h"
#include "schemas/input_events.h"
#include "schemas/video_codec.h"

namespace rookery::wire {

inline constexpr std::size_t kMissingFragmentsMax = 256;
inline constexpr std::size_t kInputsInPacketMax = 128;
inline constexpr std::size_t kByeReasonBytesMax = 256;
inline constexpr std::size_t kWatchersNamedMax = 16;
inline constexpr std::size_t kWatcherNameBytesMax = 64;
inline constexpr std::size_t kClipboardPartBytesMax = 1024;
inline constexpr std::size_t kClipboardPartsMax = kClipboardBytesMax / kClipboardPartBytesMax;
inline constexpr std::uint16_t kFragmentsMax = 4096;  // of one frame: about 4.6 MB

// Host to viewer: one piece of one encoded frame.
struct VideoFragment {
  std::uint64_t frame_id = 0;  // counts from 1, without gaps, for one viewer
  std::uint16_t index = 0;     // below `count`
  std::uint16_t count = 0;     // 1 to kFragmentsMax
  bool key = false;
  std::int64_t captured_us = 0;  // host's CLOCK_MONOTONIC
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  std::vector<std::uint8_t> bytes;
  VideoCodec codec = VideoCodec::kVp8;
  bool operator==(const VideoFragment&) const = default;
};
// Viewer to host: inputs in order; `first` is the sequence number of the first, from 1.
struct InputBatch {
  std::uint64_t first = 0;
  std::vector<InputEvent> events;
  bool operator==(const InputBatch&) const = default;
};
// Host to viewer: all inputs up to here were taken.
struct InputAck {
  std::uint64_t up_to = 0;
  bool operator==(const InputAck&) const = default;
};
// Viewer to host, after each decoded frame, and every 100 ms while fragments come.
struct Feedback {
  std::uint64_t last_frame_id = 0;     // newest frame decoded
  std::int64_t last_captured_us = 0;   // that frame's captured_us
  std::uint32_t held_us = 0;           // from its decoding to this packet
  std::uint64_t frames_lost = 0;       // since the session began
  std::uint64_t packets_received = 0;  // since the session began
  std::uint64_t highest_counter = 0;   // newest counter seen
  bool operator==(const Feedback&) const = default;
};
// Viewer to host: fragments of a frame that are missing.
struct Nack {
  std::uint64_t frame_id = 0;
  std::vector<std::uint16_t> missing;
  bool operator==(const Nack&) const = default;
};
// Viewer to host: nothing can be decoded any more without a key frame newer than this one.
struct KeyframeRequest {
  std::uint64_t after_frame_id = 0;
  bool operator==(const KeyframeRequest&) const = default;
};
// Either way; the answer carries the asker's time back.
struct Ping {
  std::int64_t sent_us = 0;
  bool operator==(const Ping&) const = default;
};
struct Pong {
  std::int64_t sent_us = 0;
  bool operator==(const Pong&) const = default;
};
// Either way: the session is over.
struct Bye {
  std::string reason;
  bool operator==(const Bye&) const = default;
};

// Host to viewer: who watches the phone now. First after the InputAck, then at every change.
struct Watcher {
  bool control = false;
  bool you = false;
  std::string name;  // empty: a guest, or one whose name this viewer may not know
  bool operator==(const Watcher&) const = default;
};
struct Watchers {
  std::uint16_t total = 0;        // never less than those told
  std::vector<Watcher> watchers;  // 1 to kWatchersNamedMax
  bool operator==(const Watchers&) const = default;
};
// Viewer to host: what was copied in the guest, please. Once for each time that a person asks.
struct ClipboardRequest {
  bool operator==(const ClipboardRequest&) const = default;
};
// Host to viewer: a piece of the answer, in order. Only kText has bytes, and together they are
// valid UTF-8.
struct ClipboardPart {
  ClipboardState state = ClipboardState::kText;
  std::uint8_t index = 0;  // below `count`
  std::uint8_t count = 1;  // 1 to kClipboardPartsMax
  std::string bytes;       // at most kClipboardPartBytesMax
  bool operator==(const ClipboardPart&) const = default;
};
// Host to viewer, once: this viewer may only watch, so none of its inputs reaches the guest.
struct InputsRefused {
  bool operator==(const InputsRefused&) const = default;
};
// Host to viewer, about once a second while frames flow: what a frame took of late, on average.
struct Timings {
  std::uint32_t wait_us = 0;     // from its capture in the guest to our taking it
  std::uint32_t convert_us = 0;  // to the encoder's colors
  std::uint32_t encode_us = 0;
  std::uint32_t send_us = 0;  // to packets, sealed, to the kernel; of all viewers
  bool operator==(const Timings&) const = default;
};

using Message =
    std::variant<VideoFragment, InputBatch, InputAck, Feedback, Nack, KeyframeRequest, Ping, Pong,
                 Bye, Watchers, Timings, ClipboardRequest, ClipboardPart, InputsRefused>;

// Bytes of a fragment's header; what is left of a packet carries the frame.
inline constexpr std::size_t kFragmentHeaderBytes = 1 + 8 + 2 + 2 + 1 + 8 + 2 + 2;

std::vector<std::uint8_t> encode_message(const Message& message);
// Nothing for bytes that are not exactly one message within its limits.
std::optional<Message> decode_message(std::span<const std::uint8_t> bytes);

// The answer to a ClipboardRequest, in the order in which it is sent.
std::vector<ClipboardPart> clipboard_parts(const ClipboardText& text);

// Size on the wire of one input inside a batch, bytes.
std::size_t encoded_input_bytes(const InputEvent& event);

}  // namespace rookery::wire
