#include "schemas/client_messages.h"

#include <boost/test/unit_test.hpp>

using namespace rookery;
using namespace rookery::wire;

namespace {

std::vector<Message> one_of_each() {
  return {
      VideoFragment{7, 2, 3, true, -5, 720, 1280, {1, 2, 3}},
      VideoFragment{8, 0, 1, false, 1, 720, 1280, {1}, VideoCodec::kVp9},
      InputBatch{4,
                 {Touch{1, TouchPhase::kMove, {10, 20}}, Key{0xff0d, true}, Text{"grüß"},
                  Text{"grüß", true, true}, Text{"", true}, Scroll{{5, 6}, -120, 240}}},
      InputAck{9},
      Feedback{1, 2, 3, 4, 5, 6},
      Nack{3, {0, 5, 9}},
      KeyframeRequest{8},
      Ping{-1},
      Pong{1},
      Bye{"done"},
      Watchers{3, {{true, true, "ann"}, {false, false, ""}}},
      Timings{1, 2, 3, 4},
      ClipboardRequest{},
      ClipboardPart{ClipboardState::kText, 1, 2, "grüß"},
      ClipboardPart{ClipboardState::kRefused, 0, 1, ""},
      InputsRefused{},
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_message_survives_its_bytes) {
  for (const Message& message : one_of_each()) {
    const auto decoded = decode_message(encode_message(message));
    BOOST_REQUIRE(decoded.has_value());
    BOOST_TEST((*decoded == message));
  }
}

BOOST_AUTO_TEST_CASE(every_truncation_and_every_extra_byte_is_refused) {
  for (const Message& message : one_of_each()) {
    const auto bytes = encode_message(message);
    const bool open_ended = std::holds_alternative<VideoFragment>(message);
    const std::size_t longest = open_ended ? kFragmentHeaderBytes + 1 : bytes.size();
    for (std::size_t size = 0; size < longest; ++size) {
      BOOST_TEST(!decode_message(std::span(bytes).first(size)).has_value());
    }
    auto longer = bytes;
    longer.push_back(0);
    BOOST_TEST(decode_message(longer).has_value() == open_ended);
  }
}

// What viewers from before VP9 check: a fragment's flags are 0 or 1 for VP8 only.
BOOST_AUTO_TEST_CASE(a_fragment_says_its_codec_in_its_flags) {
  VideoFragment fragment{7, 2, 3, true, -5, 720, 1280, {1, 2, 3}};
  BOOST_TEST(encode_message(fragment).at(13) == 1);
  fragment.codec = VideoCodec::kVp9;
  BOOST_TEST(encode_message(fragment).at(13) == 3);
  fragment.key = false;
  auto bytes = encode_message(fragment);
  BOOST_TEST(bytes.at(13) == 2);
  bytes[13] = 4;
  BOOST_TEST(!decode_message(bytes).has_value());
}

BOOST_AUTO_TEST_CASE(nonsense_within_a_message_is_refused) {
  auto refused = [](Message message) { return !decode_message(encode_message(message)); };
  BOOST_TEST(refused(VideoFragment{0, 0, 1, false, 0, 1, 1, {1}}));
  BOOST_TEST(refused(VideoFragment{1, 3, 3, false, 0, 1, 1, {1}}));
  BOOST_TEST(refused(VideoFragment{1, 0, 0, false, 0, 1, 1, {1}}));
  BOOST_TEST(refused(VideoFragment{1, 0, kFragmentsMax + 1, false, 0, 1, 1, {1}}));
  BOOST_TEST(refused(InputBatch{0, {Key{1, true}}}));
  BOOST_TEST(refused(InputBatch{1, {}}));
  BOOST_TEST(refused(InputBatch{1, {Touch{kMouse + 1, TouchPhase::kDown, {}}}}));
  BOOST_TEST(refused(InputBatch{1, std::vector<InputEvent>(kInputsInPacketMax + 1, Key{})}));
  BOOST_TEST(refused(Nack{1, {}}));
}
