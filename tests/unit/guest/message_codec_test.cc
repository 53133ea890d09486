#include "guest-agent/message_codec.h"

#include <boost/test/unit_test.hpp>

namespace rookery::guest {
namespace {

std::vector<FromAgent> from_agent() {
  FrameReady frame{7, -1, {}};
  for (std::uint16_t i = 0; i < kDamageRectanglesMax; ++i) frame.damage.push_back({i, 2, 3, 4});
  Hello hello{kProtocolVersion, 720, 1280, 2880, 42};
  const EntityId session = make_entity_id(EntityKind::kSession, {1});
  hello.inputs.assign(kSessionsRememberedMax, InputNumber{session, 7});
  return {Hello{kProtocolVersion, 720, 1280, 2880, 42},
          hello,
          FrameReady{1, 123456789, {}},
          frame,
          Ready{},
          Overfull{session},
          ClipboardPart{ClipboardState::kNothing, true, ""},
          ClipboardPart{ClipboardState::kText, false, std::string(kClipboardPartBytesMax, 'x')}};
}

std::vector<ToAgent> to_agent() {
  return {RequestFrame{false},
          RequestFrame{true},
          Inject{Touch{3, TouchPhase::kCancel, {719, 1279}}},
          Inject{Key{0x01006f22, true}, {make_entity_id(EntityKind::kSession, {2}), 9}},
          RequestClipboard{},
          Forget{make_entity_id(EntityKind::kSession, {3})},
          Inject{Text{"ä€漢"}},
          Inject{Scroll{{1, 2}, -120, 240}},
          Shutdown{}};
}

template <class Messages, class Decode>
void check_all(const Messages& messages, const Decode& decode) {
  for (const auto& message : messages) {
    auto bytes = encode(message);
    BOOST_TEST(bytes.size() <= kMessageBytesMax);
    const auto back = decode(bytes);
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((*back == message));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      BOOST_TEST(!decode(std::span(bytes).first(size)).has_value());
    }
    bytes.push_back(0);
    BOOST_TEST(!decode(bytes).has_value());
  }
}

BOOST_AUTO_TEST_SUITE(guest_message_codec)

BOOST_AUTO_TEST_CASE(what_the_agent_says_comes_back_whole) {
  check_all(from_agent(), [](std::span<const std::uint8_t> b) { return decode_from_agent(b); });
}

BOOST_AUTO_TEST_CASE(what_the_host_says_comes_back_whole) {
  check_all(to_agent(), [](std::span<const std::uint8_t> b) { return decode_to_agent(b); });
}

BOOST_AUTO_TEST_CASE(the_two_directions_are_not_mistaken) {
  for (const auto& message : from_agent()) BOOST_TEST(!decode_to_agent(encode(message)));
  for (const auto& message : to_agent()) BOOST_TEST(!decode_from_agent(encode(message)));
}

BOOST_AUTO_TEST_CASE(too_many_rectangles_become_one_around_all) {
  FrameReady frame;
  for (std::uint16_t i = 0; i <= kDamageRectanglesMax; ++i) {
    frame.damage.push_back({static_cast<std::uint16_t>(10 + i), 20, 5, 6});
  }
  const auto back = decode_from_agent(encode(FromAgent{frame}));
  BOOST_REQUIRE(back.has_value());
  const auto& damage = std::get<FrameReady>(*back).damage;
  BOOST_REQUIRE_EQUAL(damage.size(), 1U);
  BOOST_TEST((damage[0] == Rectangle{10, 20, 5 + kDamageRectanglesMax, 6}));
}

BOOST_AUTO_TEST_CASE(of_too_many_sessions_the_latest_are_named) {
  Hello hello;
  for (std::uint64_t i = 0; i <= kSessionsRememberedMax; ++i) {
    hello.inputs.push_back({make_entity_id(EntityKind::kSession, {1}), i});
  }
  const auto back = decode_from_agent(encode(FromAgent{hello}));
  BOOST_REQUIRE(back.has_value());
  const auto& inputs = std::get<Hello>(*back).inputs;
  BOOST_REQUIRE_EQUAL(inputs.size(), kSessionsRememberedMax);
  BOOST_TEST(inputs.front().number == 1U);
  BOOST_TEST(inputs.back().number == kSessionsRememberedMax);
}

BOOST_AUTO_TEST_CASE(an_agent_of_another_version_may_say_more) {
  auto bytes = encode(FromAgent{Hello{kProtocolVersion, 720, 1280, 2880, 42}});
  bytes[1] = kProtocolVersion + 1;
  bytes.insert(bytes.end(), 50, 0xee);
  const auto back = decode_from_agent(bytes);
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST(std::get<Hello>(*back).protocol_version == kProtocolVersion + 1);
}

BOOST_AUTO_TEST_CASE(a_count_without_rectangles_is_refused) {
  auto bytes = encode(FromAgent{FrameReady{}});
  bytes[bytes.size() - 2] = 0xff;
  bytes[bytes.size() - 1] = 0xff;
  BOOST_TEST(!decode_from_agent(bytes).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
