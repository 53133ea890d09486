#include "schemas/input_codec.h"

namespace rookery {
namespace {

// First byte of every event; never change one.
enum class Tag : std::uint8_t { kTouch = 1, kKey = 2, kText = 3, kScroll = 4, kPaste = 5 };

struct Encoder {
  ByteWriter& out;

  ByteWriter& tag(Tag tag) const { return out.u8(static_cast<std::uint8_t>(tag)); }

  void operator()(const Touch& touch) const {
    tag(Tag::kTouch)
        .u8(touch.finger)
        .u8(static_cast<std::uint8_t>(touch.phase))
        .u16(touch.at.x)
        .u16(touch.at.y);
  }
  void operator()(const Key& key) const { tag(Tag::kKey).u32(key.keysym).u8(key.down ? 1 : 0); }
  void operator()(const Text& text) const {
    if (text.pasted) {
      tag(Tag::kPaste).u8(text.ends_paste ? 1 : 0);
    } else {
      tag(Tag::kText);
    }
    out.string(std::string_view(text.utf8).substr(0, kTextBytesMax));
  }
  void operator()(const Scroll& scroll) const {
    tag(Tag::kScroll)
        .u16(scroll.at.x)
        .u16(scroll.at.y)
        .u16(static_cast<std::uint16_t>(scroll.dx))
        .u16(static_cast<std::uint16_t>(scroll.dy));
  }
};

Touch take_touch(ByteReader& in) {
  Touch touch;
  touch.finger = in.u8();
  const std::uint8_t phase = in.u8();
  if (touch.finger > kMouse || phase > static_cast<std::uint8_t>(TouchPhase::kCancel)) {
    in.fail();
  }
  touch.phase = static_cast<TouchPhase>(phase);
  touch.at.x = in.u16();
  touch.at.y = in.u16();
  return touch;
}

Key take_key(ByteReader& in) {
  Key key;
  key.keysym = in.u32();
  const std::uint8_t down = in.u8();
  if (down > 1) in.fail();
  key.down = down == 1;
  return key;
}

Scroll take_scroll(ByteReader& in) {
  Scroll scroll;
  scroll.at.x = in.u16();
  scroll.at.y = in.u16();
  scroll.dx = static_cast<std::int16_t>(in.u16());
  scroll.dy = static_cast<std::int16_t>(in.u16());
  return scroll;
}

Text take_paste(ByteReader& in) {
  const std::uint8_t last = in.u8();
  if (last > 1) in.fail();
  return Text{in.string(kTextBytesMax), true, last == 1};
}

}  // namespace

void put_input(ByteWriter& out, const InputEvent& event) { std::visit(Encoder{out}, event); }

InputEvent take_input(ByteReader& in) {
  switch (static_cast<Tag>(in.u8())) {
    case Tag::kTouch:
      return take_touch(in);
    case Tag::kKey:
      return take_key(in);
    case Tag::kText:
      return Text{in.string(kTextBytesMax)};
    case Tag::kScroll:
      return take_scroll(in);
    case Tag::kPaste:
      return take_paste(in);
  }
  in.fail();
  return Touch{};
}

}  // namespace rookery
