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
  kRequestFrame = 16,
  kInject = 17,
  kShutdown = 18,
};

ByteWriter& put_tag(ByteWriter& out, Tag tag) { return out.u8(static_cast<std::uint8_t>(tag)); }

void put_rectangle(ByteWriter& out, const Rectangle& rectangle) {
  out.u16(rectangle.x).u16(rectangle.y).u16(rectangle.width).u16(rectangle.height);
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
  void operator()(const RequestFrame& request) const {
    put_tag(out, Tag::kRequestFrame).u8(request.full ? 1 : 0);
  }
  void operator()(const Inject& inject) const {
    put_tag(out, Tag::kInject);
    put_input(out, inject.event);
  }
  void operator()(const Shutdown&) const { put_tag(out, Tag::kShutdown); }
};

Hello take_hello(ByteReader& in) {
  Hello hello;
  hello.protocol_version = in.u32();
  hello.width_px = in.u16();
  hello.height_px = in.u16();
  hello.stride_bytes = in.u32();
  hello.boot = in.u64();
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

RequestFrame take_request(ByteReader& in) {
  const std::uint8_t full = in.u8();
  if (full > 1) in.fail();
  return {full == 1};
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
      message = take_request(in);
      break;
    case Tag::kInject:
      message = Inject{take_input(in)};
      break;
    case Tag::kShutdown:
      message = Shutdown{};
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
