#include "guest-agent/message_codec.h"

#include <algorithm>

#include "schemas/bounded_decode.h"
#include "schemas/input_codec.h"

namespace rookery::guest {
namespace {

// First byte of every message; never change one.
enum class Tag : std::uint8_t {
  kHello = 1,
  kFrameReady = 2,
  kReady = 3,
  kClipboardPart = 4,
  kOverfull = 5,
  kRequestFrame = 16,
  kInject = 17,
  kShutdown = 18,
  kRequestClipboard = 19,
  kForget = 20,
};

ByteWriter& put_tag(ByteWriter& out, Tag tag) { return out.u8(static_cast<std::uint8_t>(tag)); }

void put_rectangle(ByteWriter& out, const Rectangle& rectangle) {
  out.u16(rectangle.x).u16(rectangle.y).u16(rectangle.width).u16(rectangle.height);
}

void put_number(ByteWriter& out, const InputNumber& number) {
  out.bytes(number.session.bytes).u64(number.number);
}

struct Encoder {
  ByteWriter& out;

  void operator()(const Hello& hello) const {
    put_tag(out, Tag::kHello)
        .u32(hello.protocol_version)
        .u16(hello.width_px)
        .u16(hello.height_px)
        .u32(hello.stride_bytes)
        .u64(hello.boot);
    // The latest, if there are too many.
    const std::size_t count = std::min(hello.inputs.size(), kSessionsRememberedMax);
    out.u16(static_cast<std::uint16_t>(count));
    for (std::size_t i = hello.inputs.size() - count; i < hello.inputs.size(); ++i) {
      put_number(out, hello.inputs[i]);
    }
  }
  void operator()(const FrameReady& ready) const {
    put_tag(out, Tag::kFrameReady).u64(ready.sequence).i64(ready.captured_us);
    if (ready.damage.size() > kDamageRectanglesMax) {
      put_rectangle(out.u16(1), bounding_box(ready.damage));
      return;
    }
    out.u16(static_cast<std::uint16_t>(ready.damage.size()));
    for (const Rectangle& rectangle : ready.damage) put_rectangle(out, rectangle);
  }
  void operator()(const Ready&) const { put_tag(out, Tag::kReady); }
  void operator()(const ClipboardPart& part) const {
    put_tag(out, Tag::kClipboardPart)
        .u8(static_cast<std::uint8_t>(part.state))
        .u8(part.last ? 1 : 0)
        .string(std::string_view(part.bytes).substr(0, kClipboardPartBytesMax));
  }
  void operator()(const Overfull& overfull) const {
    put_tag(out, Tag::kOverfull).bytes(overfull.session.bytes);
  }
  void operator()(const RequestFrame& request) const {
    put_tag(out, Tag::kRequestFrame).u8(request.full ? 1 : 0);
  }
  void operator()(const Inject& inject) const {
    put_tag(out, Tag::kInject);
    put_number(out, inject.number);
    put_input(out, inject.event);
  }
  void operator()(const Shutdown&) const { put_tag(out, Tag::kShutdown); }
  void operator()(const RequestClipboard&) const { put_tag(out, Tag::kRequestClipboard); }
  void operator()(const Forget& forget) const {
    put_tag(out, Tag::kForget).bytes(forget.session.bytes);
  }
};

EntityId take_session(ByteReader& in) {
  EntityId session;
  session.bytes = in.array<sizeof session.bytes>();
  return session;
}

InputNumber take_number(ByteReader& in) {
  InputNumber number;
  number.session = take_session(in);
  number.number = in.u64();
  return number;
}

// An agent of another version may say more; its version is what counts then.
Hello take_hello(ByteReader& in) {
  Hello hello;
  hello.protocol_version = in.u32();
  hello.width_px = in.u16();
  hello.height_px = in.u16();
  hello.stride_bytes = in.u32();
  hello.boot = in.u64();
  if (hello.protocol_version != kProtocolVersion) {
    in.rest();
    return hello;
  }
  const std::size_t count = in.u16();
  if (count > kSessionsRememberedMax) in.fail();
  for (std::size_t i = 0; i < count && in.ok(); ++i) hello.inputs.push_back(take_number(in));
  return hello;
}

FrameReady take_frame(ByteReader& in) {
  FrameReady ready;
  ready.sequence = in.u64();
  ready.captured_us = in.i64();
  const std::size_t count = in.u16();
  if (count > kDamageRectanglesMax) in.fail();
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    Rectangle rectangle;
    rectangle.x = in.u16();
    rectangle.y = in.u16();
    rectangle.width = in.u16();
    rectangle.height = in.u16();
    ready.damage.push_back(rectangle);
  }
  return ready;
}

bool take_flag(ByteReader& in) {
  const std::uint8_t value = in.u8();
  if (value > 1) in.fail();
  return value == 1;
}

ClipboardPart take_clipboard_part(ByteReader& in) {
  ClipboardPart part;
  const std::uint8_t state = in.u8();
  if (state > static_cast<std::uint8_t>(ClipboardState::kRefused)) in.fail();
  part.state = static_cast<ClipboardState>(state);
  part.last = take_flag(in);
  part.bytes = in.string(kClipboardPartBytesMax);
  if (part.state != ClipboardState::kText && !part.bytes.empty()) in.fail();
  return part;
}

Inject take_inject(ByteReader& in) {
  const InputNumber number = take_number(in);
  return {take_input(in), number};
}

template <class Message>
std::vector<std::uint8_t> bytes_of(const Message& message) {
  ByteWriter out;
  std::visit(Encoder{out}, message);
  return out.release();
}

}  // namespace

std::vector<std::uint8_t> encode(const FromAgent& message) { return bytes_of(message); }
std::vector<std::uint8_t> encode(const ToAgent& message) { return bytes_of(message); }

std::optional<FromAgent> decode_from_agent(std::span<const std::uint8_t> bytes) {
  ByteReader in(bytes);
  FromAgent message;
  switch (static_cast<Tag>(in.u8())) {
    case Tag::kHello:
      message = take_hello(in);
      break;
    case Tag::kFrameReady:
      message = take_frame(in);
      break;
    case Tag::kReady:
      message = Ready{};
      break;
    case Tag::kClipboardPart:
      message = take_clipboard_part(in);
      break;
    case Tag::kOverfull:
      message = Overfull{take_session(in)};
      break;
    default:
      return std::nullopt;
  }
  if (!in.done()) return std::nullopt;
  return message;
}

std::optional<ToAgent> decode_to_agent(std::span<const std::uint8_t> bytes) {
  ByteReader in(bytes);
  ToAgent message;
  switch (static_cast<Tag>(in.u8())) {
    case Tag::kRequestFrame:
      message = RequestFrame{take_flag(in)};
      break;
    case Tag::kInject:
      message = take_inject(in);
      break;
    case Tag::kShutdown:
      message = Shutdown{};
      break;
    case Tag::kRequestClipboard:
      message = RequestClipboard{};
      break;
    case Tag::kForget:
      message = Forget{take_session(in)};
      break;
    default:
      return std::nullopt;
  }
  if (!in.done()) return std::nullopt;
  return message;
}

Rectangle bounding_box(std::span<const Rectangle> rectangles) {
  if (rectangles.empty()) return {};
  int left = 0xffff, top = 0xffff, right = 0, bottom = 0;
  for (const Rectangle& one : rectangles) {
    left = std::min<int>(left, one.x);
    top = std::min<int>(top, one.y);
    right = std::max<int>(right, one.x + one.width);
    bottom = std::max<int>(bottom, one.y + one.height);
  }
  const auto length = [](int from, int to) {
    return static_cast<std::uint16_t>(std::min(to - from, 0xffff));
  };
  return {static_cast<std::uint16_t>(left), static_cast<std::uint16_t>(top), length(left, right),
          length(top, bottom)};
}

}  // namespace rookery::guest
