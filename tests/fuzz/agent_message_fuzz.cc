// Messages between host and guest: either side survives any bytes of the other.
#include "guest-agent/message_codec.h"
#include "tests/fuzz/target.h"

using namespace rookery;
using namespace rookery::guest;

namespace {

template <class Message>
void check(const std::optional<Message>& message, std::span<const std::uint8_t> input,
           std::optional<Message> (*decode)(std::span<const std::uint8_t>)) {
  if (!message) return;
  const auto encoded = encode(*message);
  fuzz::require(encoded.size() <= kMessageBytesMax, "a message fits the socket's buffer");
  fuzz::require(std::equal(encoded.begin(), encoded.end(), input.begin(), input.end()),
                "a message has one encoding");
  fuzz::require(decode(encoded) == message, "a message survives its bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::span<const std::uint8_t> input(bytes, size);
  const auto from_agent = decode_from_agent(input);
  const auto to_agent = decode_to_agent(input);
  fuzz::require(!from_agent || !to_agent, "no message goes both ways");
  // An agent of another version may say what we do not know.
  const auto* hello = from_agent ? std::get_if<Hello>(&*from_agent) : nullptr;
  const bool known = hello == nullptr || hello->protocol_version == kProtocolVersion;
  if (known) check(from_agent, input, &decode_from_agent);
  check(to_agent, input, &decode_to_agent);
  if (from_agent) {
    if (const auto* frame = std::get_if<FrameReady>(&*from_agent)) bounding_box(frame->damage);
  }
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  return {
      {"hello", encode(FromAgent(Hello{kProtocolVersion, 720, 1280, 2880, 3}))},
      {"frame_ready", encode(FromAgent(FrameReady{5, -6, {{1, 2, 3, 4}, {0, 0, 720, 1280}}}))},
      {"frame_undamaged", encode(FromAgent(FrameReady{5, 6, {}}))},
      {"ready", encode(FromAgent(Ready{}))},
      {"overfull", encode(FromAgent(Overfull{make_entity_id(EntityKind::kSession, {1})}))},
      {"forget", encode(ToAgent(Forget{make_entity_id(EntityKind::kSession, {1})}))},
      {"request_frame", encode(ToAgent(RequestFrame{true}))},
      {"clipboard_part", encode(FromAgent(ClipboardPart{ClipboardState::kText, false, "grüß"}))},
      {"request_clipboard", encode(ToAgent(RequestClipboard{}))},
      {"inject_touch", encode(ToAgent(Inject{Touch{1, TouchPhase::kDown, {10, 20}}, {{}, 3}}))},
      {"inject_key", encode(ToAgent(Inject{Key{0xff0d, true}}))},
      {"inject_text", encode(ToAgent(Inject{Text{"grüß"}}))},
      {"inject_scroll", encode(ToAgent(Inject{Scroll{{5, 6}, -120, 240}}))},
      {"shutdown", encode(ToAgent(Shutdown{}))},
  };
}
