// The host against guests that lie.
#include "guest-agent/driver/agent_connection.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>

#include "guest-agent/message_codec.h"

namespace rookery::guest {
namespace {

constexpr GuestShape kShape{64, 32, 5};
constexpr std::size_t kPictureBytes = 64 * 32 * 4;
constexpr int kPatienceMs = 20000;
constexpr int kShortMs = 50;

FileDescriptor memory(std::size_t bytes, int seals) {
  FileDescriptor file(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  BOOST_REQUIRE(::ftruncate(file.get(), static_cast<off_t>(bytes)) == 0);
  BOOST_REQUIRE(::fcntl(file.get(), F_ADD_SEALS, seals) == 0);
  return file;
}

// The guest's end of a connection, in the test's hands.
struct Guest {
  Guest() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(
        ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) == 0);
    host = FileDescriptor(ends[0]);
    agent = FileDescriptor(ends[1]);
  }
  void say(const FromAgent& message, int file = -1) const {
    BOOST_REQUIRE(send(agent.get(), encode(message), file) == Sending::kSent);
  }
  Result<std::unique_ptr<AgentConnection>> greet(int wait_ms) {
    return greet_agent(std::move(host), kShape, wait_ms);
  }
  // As an honest agent does.
  std::unique_ptr<AgentConnection> honest() {
    say(hello, picture.get());
    say(Ready{});
    auto connection = greet(kPatienceMs);
    BOOST_REQUIRE(connection.ok());
    return std::move(*connection);
  }

  FileDescriptor host;
  FileDescriptor agent;
  FileDescriptor picture = memory(kPictureBytes, F_SEAL_SHRINK);
  Hello hello{kProtocolVersion, 64, 32, 256, 5};
};

std::string refusal(Guest& guest) {
  const auto connection = guest.greet(kShortMs);
  BOOST_REQUIRE(!connection.ok());
  return connection.error().message;
}

BOOST_AUTO_TEST_SUITE(agent_connection)

BOOST_AUTO_TEST_CASE(shares_the_picture_and_the_damage) {
  Guest guest;
  const auto connection = guest.honest();
  const std::uint8_t pixel = 0xab;
  BOOST_REQUIRE(::pwrite(guest.picture.get(), &pixel, 1, 300) == 1);
  BOOST_TEST(connection->pixels()[300] == pixel);
  FrameReady frame;
  BOOST_TEST(!connection->next_frame(frame));
  connection->request_frame(true);
  Received request;
  BOOST_REQUIRE(receive(guest.agent.get(), request) == Receipt::kMessage);
  BOOST_TEST((decode_to_agent(request.bytes) == ToAgent{RequestFrame{true}}));
  guest.say(FrameReady{1, 2, {{1, 2, 3, 4}}});
  BOOST_REQUIRE(connection->next_frame(frame));
  BOOST_TEST((frame == FrameReady{1, 2, {{1, 2, 3, 4}}}));
}

BOOST_AUTO_TEST_CASE(hands_over_what_was_copied_when_it_was_asked_for) {
  Guest guest;
  const auto connection = guest.honest();
  FrameReady frame;
  connection->request_clipboard();
  connection->request_clipboard();
  Received request;
  BOOST_REQUIRE(receive(guest.agent.get(), request) == Receipt::kMessage);
  BOOST_TEST((decode_to_agent(request.bytes) == ToAgent{RequestClipboard{}}));
  BOOST_TEST((receive(guest.agent.get(), request) == Receipt::kNothingYet));
  guest.say(ClipboardPart{ClipboardState::kText, false, "gr\xc3"});
  BOOST_TEST(!connection->next_frame(frame));
  BOOST_TEST(!connection->take_clipboard());
  guest.say(ClipboardPart{ClipboardState::kText, true, "\xbc\xc3\x9f"});
  BOOST_TEST(!connection->next_frame(frame));
  BOOST_TEST((connection->take_clipboard() == ClipboardText{ClipboardState::kText, "grüß"}));
  BOOST_TEST(!connection->take_clipboard());
  // What is no UTF-8 is no text.
  connection->request_clipboard();
  guest.say(ClipboardPart{ClipboardState::kText, true, "\xff"});
  BOOST_TEST(!connection->next_frame(frame));
  BOOST_TEST((connection->take_clipboard() == ClipboardText{ClipboardState::kNothing, ""}));
  BOOST_TEST(!connection->ended());
}

BOOST_AUTO_TEST_CASE(ends_with_an_agent_that_gives_what_was_not_asked_for_or_too_much) {
  FrameReady frame;
  Guest unasked;
  const auto first = unasked.honest();
  unasked.say(ClipboardPart{ClipboardState::kText, true, "x"});
  BOOST_TEST(!first->next_frame(frame));
  BOOST_TEST(first->ended());
  Guest endless;
  const auto second = endless.honest();
  second->request_clipboard();
  for (std::size_t sent = 0; sent <= kClipboardBytesMax; sent += kClipboardPartBytesMax) {
    endless.say(
        ClipboardPart{ClipboardState::kText, false, std::string(kClipboardPartBytesMax, 'x')});
    BOOST_TEST(!second->next_frame(frame));
  }
  BOOST_TEST(second->ended());
}

BOOST_AUTO_TEST_CASE(cuts_damage_off_at_the_edges) {
  Guest guest;
  const auto connection = guest.honest();
  connection->request_frame(false);
  guest.say(FrameReady{1, 2, {{60, 30, 0xffff, 0xffff}, {64, 0, 1, 1}, {0, 0, 0, 9}}});
  FrameReady frame;
  BOOST_REQUIRE(connection->next_frame(frame));
  BOOST_REQUIRE_EQUAL(frame.damage.size(), 1U);
  BOOST_TEST((frame.damage[0] == Rectangle{60, 30, 4, 2}));
}

BOOST_AUTO_TEST_CASE(refuses_memory_that_could_be_taken_away) {
  Guest guest;
  guest.picture = memory(kPictureBytes, F_SEAL_GROW);
  guest.say(guest.hello, guest.picture.get());
  BOOST_TEST(refusal(guest) == "the guest's agent gave no usable picture memory");
}

BOOST_AUTO_TEST_CASE(refuses_memory_that_is_too_small) {
  Guest guest;
  guest.picture = memory(kPictureBytes - 1, F_SEAL_SHRINK);
  guest.say(guest.hello, guest.picture.get());
  BOOST_TEST(refusal(guest) == "the guest's agent gave no usable picture memory");
}

BOOST_AUTO_TEST_CASE(refuses_a_greeting_without_memory_or_with_a_pipe) {
  Guest without;
  without.say(without.hello);
  BOOST_TEST(refusal(without) == "the guest's agent gave no usable picture memory");
  Guest with;
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const FileDescriptor out(ends[0]);
  const FileDescriptor in(ends[1]);
  with.say(with.hello, in.get());
  BOOST_TEST(refusal(with) == "the guest's agent gave no usable picture memory");
}

BOOST_AUTO_TEST_CASE(refuses_another_size_boot_or_protocol) {
  Guest other_size;
  other_size.hello.width_px = 65;
  other_size.say(other_size.hello, other_size.picture.get());
  BOOST_TEST(refusal(other_size) == "the guest's screen has another size than asked for");
  Guest wide_rows;
  wide_rows.hello.stride_bytes = 0x7fffffff;
  wide_rows.say(wide_rows.hello, wide_rows.picture.get());
  BOOST_TEST(refusal(wide_rows) == "the guest's screen has another size than asked for");
  Guest other_boot;
  other_boot.hello.boot = 4;
  other_boot.say(other_boot.hello, other_boot.picture.get());
  BOOST_TEST(refusal(other_boot) == "the guest runs boot 4, not 5");
  Guest other_protocol;
  other_protocol.hello.protocol_version = 9;
  other_protocol.say(other_protocol.hello, other_protocol.picture.get());
  BOOST_TEST(refusal(other_protocol) == "the guest's agent speaks protocol 9, this host 3");
}

BOOST_AUTO_TEST_CASE(gives_up_on_a_silent_or_early_agent) {
  Guest silent;
  BOOST_TEST(refusal(silent) == "the guest's agent does not answer");
  Guest early;
  early.say(Ready{});
  BOOST_TEST(refusal(early) == "the guest's agent does not answer");
  Guest unready;
  unready.say(unready.hello, unready.picture.get());
  BOOST_TEST(refusal(unready) == "the guest's programs did not come up in time");
}

BOOST_AUTO_TEST_CASE(ends_on_garbage_and_on_a_second_greeting) {
  Guest babbling;
  const auto one = babbling.honest();
  BOOST_REQUIRE(send(babbling.agent.get(), std::array<std::uint8_t, 3>{9, 9, 9}) == Sending::kSent);
  FrameReady frame;
  BOOST_TEST(!one->next_frame(frame));
  BOOST_TEST(one->ended());

  Guest forgetful;
  const auto two = forgetful.honest();
  forgetful.say(forgetful.hello, forgetful.picture.get());
  BOOST_TEST(!two->next_frame(frame));
  BOOST_TEST(two->ended());
}

BOOST_AUTO_TEST_CASE(ends_on_what_was_not_asked_for) {
  FrameReady frame;
  Guest eager;
  const auto one = eager.honest();
  one->request_frame(false);
  eager.say(FrameReady{1, 2, {}});
  eager.say(FrameReady{2, 3, {}});
  BOOST_TEST(one->next_frame(frame));
  BOOST_TEST(!one->next_frame(frame));
  BOOST_TEST(one->ended());
  Guest repeating;
  const auto two = repeating.honest();
  two->request_frame(false);
  repeating.say(Ready{});
  BOOST_TEST(!two->next_frame(frame));
  BOOST_TEST(two->ended());
}

BOOST_AUTO_TEST_CASE(ends_on_a_message_that_is_too_long) {
  Guest guest;
  const auto connection = guest.honest();
  BOOST_REQUIRE(
      send(guest.agent.get(), std::vector<std::uint8_t>(kMessageBytesMax + 1, std::uint8_t{2})) ==
      Sending::kSent);
  FrameReady frame;
  BOOST_TEST(!connection->next_frame(frame));
  BOOST_TEST(connection->ended());
}

BOOST_AUTO_TEST_CASE(ends_when_the_agent_is_gone) {
  Guest guest;
  const auto connection = guest.honest();
  guest.agent.reset();
  FrameReady frame;
  BOOST_TEST(!connection->next_frame(frame));
  BOOST_TEST(connection->ended());
  connection->inject(Key{0x61, true});
}

BOOST_AUTO_TEST_CASE(what_an_agent_does_not_read_yet_waits_and_arrives_in_order) {
  constexpr std::uint32_t kCount = 2000;
  Guest guest;
  const auto connection = guest.honest();
  for (std::uint32_t i = 0; i < kCount; ++i) connection->inject(Key{i, true});
  BOOST_TEST(!connection->ended());
  BOOST_TEST(!connection->full({}));
  BOOST_TEST(connection->wanted_events() == (POLLIN | POLLOUT));
  FrameReady frame;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    Received received;
    if (receive(guest.agent.get(), received) != Receipt::kMessage) {
      BOOST_TEST(!connection->next_frame(frame));
      BOOST_REQUIRE(receive(guest.agent.get(), received) == Receipt::kMessage);
    }
    BOOST_REQUIRE((decode_to_agent(received.bytes) == ToAgent{Inject{Key{i, true}}}));
  }
  BOOST_TEST(connection->wanted_events() == POLLIN);
}

BOOST_AUTO_TEST_CASE(is_full_when_the_agent_stops_reading) {
  Guest guest;
  const auto connection = guest.honest();
  const EntityId flood = make_entity_id(EntityKind::kSession, {1});
  const EntityId other = make_entity_id(EntityKind::kSession, {2});
  for (int i = 0; i < 100000 && !connection->full(flood); ++i) {
    connection->inject(Key{0x61, true}, {flood, 0});
  }
  BOOST_TEST(connection->full(flood));
  BOOST_TEST(!connection->full(other));
  BOOST_TEST(!connection->ended());
  connection->inject(Key{0x62, true}, {other, 1});
  // What waits here of the one is gone, what is on its way the agent forgets.
  connection->forget(flood);
  BOOST_TEST(!connection->full(flood));
  std::vector<ToAgent> read;
  FrameReady frame;
  Received received;
  for (bool more = true; more;) {
    BOOST_TEST(!connection->next_frame(frame));
    more = false;
    while (receive(guest.agent.get(), received) == Receipt::kMessage) {
      read.push_back(*decode_to_agent(received.bytes));
      more = true;
    }
  }
  BOOST_TEST(read.size() < 2'000u);
  BOOST_REQUIRE(read.size() >= 2u);
  BOOST_TEST((read.back() == ToAgent{Forget{flood}}));
  BOOST_TEST((read[read.size() - 2] == ToAgent{Inject{Key{0x62, true}, {other, 1}}}));
}

BOOST_AUTO_TEST_CASE(a_session_that_is_overfull_by_the_agent_s_word_is_full) {
  Guest guest;
  const auto connection = guest.honest();
  const EntityId flood = make_entity_id(EntityKind::kSession, {1});
  FrameReady frame;
  guest.say(Overfull{flood});
  BOOST_TEST(!connection->next_frame(frame));
  BOOST_TEST(connection->full(flood));
  BOOST_TEST(!connection->full(make_entity_id(EntityKind::kSession, {2})));
  guest.say(Overfull{flood});
  BOOST_TEST(!connection->next_frame(frame));
  BOOST_TEST(connection->ended(), "it says so once");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::guest
