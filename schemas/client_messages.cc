#include "schemas/client_messages.h"

#include <algorithm>
#include <utility>

#include "schemas/bounded_decode.h"
#include "schemas/input_codec.h"

namespace rookery::wire {
namespace {

// First byte of every message; never change one.
enum class Tag : std::uint8_t {
  kVideoFragment = 1,
  kInputBatch = 2,
  kInputAck = 3,
  kFeedback = 4,
  kNack = 5,
  kKeyframeRequest = 6,
  kPing = 7,
  kPong = 8,
  kBye = 9,
  kWatchers = 10,
  kTimings = 11,
  kClipboardRequest = 12,
  kClipboardPart = 13,
  kInputsRefused = 14,
};

// Of a watcher, in one byte.
constexpr std::uint8_t kMayControl = 1;
constexpr std::uint8_t kIsYou = 2;

// Of a fragment, in one byte. A viewer that knows fewer drops what has more.
constexpr std::uint8_t kIsKey = 1;
constexpr std::uint8_t kIsVp9 = 2;

std::uint8_t flags_of(const VideoFragment& fragment) {
  return static_cast<std::uint8_t>((fragment.key ? kIsKey : 0) |
                                   (fragment.codec == VideoCodec::kVp9 ? kIsVp9 : 0));
}

struct Encoder {
  ByteWriter& out;

  ByteWriter& tag(Tag tag) const { return out.u8(static_cast<std::uint8_t>(tag)); }

  void operator()(const VideoFragment& fragment) const {
    tag(Tag::kVideoFragment)
        .u64(fragment.frame_id)
        .u16(fragment.index)
        .u16(fragment.count)
        .u8(flags_of(fragment))
        .i64(fragment.captured_us)
        .u16(fragment.width_px)
        .u16(fragment.height_px)
        .bytes(fragment.bytes);
  }
  void operator()(const InputBatch& batch) const {
    tag(Tag::kInputBatch).u64(batch.first).u16(static_cast<std::uint16_t>(batch.events.size()));
    for (const auto& event : batch.events) put_input(out, event);
  }
  void operator()(const InputAck& ack) const { tag(Tag::kInputAck).u64(ack.up_to); }
  void operator()(const Feedback& feedback) const {
    tag(Tag::kFeedback)
        .u64(feedback.last_frame_id)
        .i64(feedback.last_captured_us)
        .u32(feedback.held_us)
        .u64(feedback.frames_lost)
        .u64(feedback.packets_received)
        .u64(feedback.highest_counter);
  }
  void operator()(const Nack& nack) const {
    tag(Tag::kNack).u64(nack.frame_id).u16(static_cast<std::uint16_t>(nack.missing.size()));
    for (const std::uint16_t index : nack.missing) out.u16(index);
  }
  void operator()(const KeyframeRequest& request) const {
    tag(Tag::kKeyframeRequest).u64(request.after_frame_id);
  }
  void operator()(const Ping& ping) const { tag(Tag::kPing).i64(ping.sent_us); }
  void operator()(const Pong& pong) const { tag(Tag::kPong).i64(pong.sent_us); }
  void operator()(const Bye& bye) const {
    tag(Tag::kBye).string(std::string_view(bye.reason).substr(0, kByeReasonBytesMax));
  }
  void operator()(const Watchers& watchers) const {
    const std::size_t count = std::min(watchers.watchers.size(), kWatchersNamedMax);
    tag(Tag::kWatchers).u8(static_cast<std::uint8_t>(count)).u16(watchers.total);
    for (std::size_t i = 0; i < count; ++i) {
      const Watcher& one = watchers.watchers[i];
      out.u8(static_cast<std::uint8_t>((one.control ? kMayControl : 0) | (one.you ? kIsYou : 0)))
          .string(std::string_view(one.name).substr(0, kWatcherNameBytesMax));
    }
  }
  void operator()(const Timings& timings) const {
    tag(Tag::kTimings)
        .u32(timings.wait_us)
        .u32(timings.convert_us)
        .u32(timings.encode_us)
        .u32(timings.send_us);
  }
  void operator()(const ClipboardRequest&) const { tag(Tag::kClipboardRequest); }
  void operator()(const ClipboardPart& part) const {
    tag(Tag::kClipboardPart)
        .u8(static_cast<std::uint8_t>(part.state))
        .u8(part.index)
        .u8(part.count)
        .string(std::string_view(part.bytes).substr(0, kClipboardPartBytesMax));
  }
  void operator()(const InputsRefused&) const { tag(Tag::kInputsRefused); }
};

VideoFragment take_fragment(ByteReader& in) {
  VideoFragment fragment;
  fragment.frame_id = in.u64();
  fragment.index = in.u16();
  fragment.count = in.u16();
  const std::uint8_t flags = in.u8();
  if (flags > (kIsKey | kIsVp9)) in.fail();
  fragment.key = (flags & kIsKey) != 0;
  fragment.codec = (flags & kIsVp9) != 0 ? VideoCodec::kVp9 : VideoCodec::kVp8;
  fragment.captured_us = in.i64();
  fragment.width_px = in.u16();
  fragment.height_px = in.u16();
  const auto bytes = in.rest();
  fragment.bytes.assign(bytes.begin(), bytes.end());
  const bool sane = fragment.frame_id > 0 && fragment.count > 0 &&
                    fragment.count <= kFragmentsMax && fragment.index < fragment.count &&
                    !fragment.bytes.empty();
  if (!sane) in.fail();
  return fragment;
}

InputBatch take_batch(ByteReader& in) {
  InputBatch batch;
  batch.first = in.u64();
  const std::size_t count = in.u16();
  // No sequence may wrap around, and an empty batch says nothing.
  if (batch.first == 0 || batch.first >> 62 || count == 0 || count > kInputsInPacketMax) in.fail();
  for (std::size_t i = 0; i < count && in.ok(); ++i) batch.events.push_back(take_input(in));
  return batch;
}

Feedback take_feedback(ByteReader& in) {
  Feedback feedback;
  feedback.last_frame_id = in.u64();
  feedback.last_captured_us = in.i64();
  feedback.held_us = in.u32();
  feedback.frames_lost = in.u64();
  feedback.packets_received = in.u64();
  feedback.highest_counter = in.u64();
  return feedback;
}

Nack take_nack(ByteReader& in) {
  Nack nack;
  nack.frame_id = in.u64();
  const std::size_t count = in.u16();
  if (count == 0 || count > kMissingFragmentsMax) in.fail();
  for (std::size_t i = 0; i < count && in.ok(); ++i) nack.missing.push_back(in.u16());
  return nack;
}

Watchers take_watchers(ByteReader& in) {
  Watchers watchers;
  const std::size_t count = in.u8();
  watchers.total = in.u16();
  if (count == 0 || count > kWatchersNamedMax || watchers.total < count) in.fail();
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const std::uint8_t flags = in.u8();
    if (flags > (kMayControl | kIsYou)) in.fail();
    watchers.watchers.push_back(
        {(flags & kMayControl) != 0, (flags & kIsYou) != 0, in.string(kWatcherNameBytesMax)});
  }
  return watchers;
}

Timings take_timings(ByteReader& in) {
  Timings timings;
  timings.wait_us = in.u32();
  timings.convert_us = in.u32();
  timings.encode_us = in.u32();
  timings.send_us = in.u32();
  return timings;
}

ClipboardPart take_clipboard_part(ByteReader& in) {
  ClipboardPart part;
  const std::uint8_t state = in.u8();
  if (state > static_cast<std::uint8_t>(ClipboardState::kRefused)) in.fail();
  part.state = static_cast<ClipboardState>(state);
  part.index = in.u8();
  part.count = in.u8();
  part.bytes = in.string(kClipboardPartBytesMax);
  const bool sane = part.index < part.count && part.count <= kClipboardPartsMax &&
                    (part.state == ClipboardState::kText || part.bytes.empty());
  if (!sane) in.fail();
  return part;
}

Message take_message(ByteReader& in) {
  switch (static_cast<Tag>(in.u8())) {
    case Tag::kVideoFragment:
      return take_fragment(in);
    case Tag::kInputBatch:
      return take_batch(in);
    case Tag::kInputAck:
      return InputAck{in.u64()};
    case Tag::kFeedback:
      return take_feedback(in);
    case Tag::kNack:
      return take_nack(in);
    case Tag::kKeyframeRequest:
      return KeyframeRequest{in.u64()};
    case Tag::kPing:
      return Ping{in.i64()};
    case Tag::kPong:
      return Pong{in.i64()};
    case Tag::kBye:
      return Bye{in.string(kByeReasonBytesMax)};
    case Tag::kWatchers:
      return take_watchers(in);
    case Tag::kTimings:
      return take_timings(in);
    case Tag::kClipboardRequest:
      return ClipboardRequest{};
    case Tag::kClipboardPart:
      return take_clipboard_part(in);
    case Tag::kInputsRefused:
      return InputsRefused{};
  }
  in.fail();
  return Bye{};
}

}  // namespace

std::vector<std::uint8_t> encode_message(const Message& message) {
  ByteWriter out;
  std::visit(Encoder{out}, message);
  return out.release();
}

std::optional<Message> decode_message(std::span<const std::uint8_t> bytes) {
  ByteReader in(bytes);
  Message message = take_message(in);
  if (!in.done()) return std::nullopt;
  return message;
}

std::vector<ClipboardPart> clipboard_parts(const ClipboardText& text) {
  const std::string_view bytes = std::string_view(text.utf8).substr(0, kClipboardBytesMax);
  const std::size_t count = std::max<std::size_t>(
      1, (bytes.size() + kClipboardPartBytesMax - 1) / kClipboardPartBytesMax);
  std::vector<ClipboardPart> parts;
  for (std::size_t i = 0; i < count; ++i) {
    parts.push_back(
        {text.state, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(count),
         std::string(bytes.substr(i * kClipboardPartBytesMax, kClipboardPartBytesMax))});
  }
  return parts;
}

std::size_t encoded_input_bytes(const InputEvent& event) {
  ByteWriter out;
  put_input(out, event);
  return out.result().size();
}

}  // namespace rookery::wire
