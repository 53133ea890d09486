// Messages inside sealed packets: what decodes is the same message after another trip.
#include "schemas/client_messages.h"
#include "tests/fuzz/target.h"

using namespace rookery;
using namespace rookery::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::span<const std::uint8_t> input(bytes, size);
  const auto message = decode_message(input);
  if (!message) return 0;
  const auto encoded = encode_message(*message);
  fuzz::require(std::equal(encoded.begin(), encoded.end(), input.begin(), input.end()),
                "a message has one encoding");
  fuzz::require(decode_message(encoded) == message, "a message survives its bytes");
  return 0;
}

std::vector<fuzz::Seed> fuzz::seeds() {
  const InputBatch inputs{4,
                          {Touch{1, TouchPhase::kMove, {10, 20}}, Key{0xff0d, true}, Text{"grüß"},
                           Scroll{{5, 6}, -120, 240}}};
  return {
      {"video_fragment", encode_message(VideoFragment{7, 2, 3, true, -5, 720, 1280, {1, 2, 3}})},
      {"video_fragment_vp9",
       encode_message(VideoFragment{7, 2, 3, true, -5, 720, 1280, {1, 2, 3}, VideoCodec::kVp9})},
      {"input_batch", encode_message(inputs)},
      {"input_ack", encode_message(InputAck{9})},
      {"feedback", encode_message(Feedback{1, 2, 3, 4, 5, 6})},
      {"nack", encode_message(Nack{3, {0, 5, 9}})},
      {"keyframe_request", encode_message(KeyframeRequest{8})},
      {"ping", encode_message(Ping{-1})},
      {"pong", encode_message(Pong{1})},
      {"bye", encode_message(Bye{"done"})},
      {"watchers", encode_message(Watchers{3, {{true, true, "ann"}, {false, false, ""}}})},
      {"timings", encode_message(Timings{1, 2, 3, 4})},
      {"paste_batch", encode_message(InputBatch{1, {Text{"gr\xc3\xbc\xc3\x9f", true, true}}})},
      {"clipboard_request", encode_message(ClipboardRequest{})},
      {"clipboard_part", encode_message(ClipboardPart{ClipboardState::kText, 0, 2, "grüß"})},
      {"inputs_refused", encode_message(InputsRefused{})},
  };
}
