#include "media/web_links.h"

#include <poll.h>

#include <boost/test/unit_test.hpp>

#include "media/media_clock.h"
#include "tests/unit/media/socket_pair.h"
#include "tests/websocket_end.h"

namespace rookery::media {
namespace {

constexpr int kPatienceMs = 20'000;
constexpr int kSmallBuffer = 8 * 1024;

struct Street {
  WebLinks links;
  std::vector<Bytes> came;
  std::shared_ptr<WebLink> link;  // of whoever said something last
  std::int64_t now_us = 1'000'000'000;

  test::WebSocketEnd arrive(int buffer_bytes = 0) {
    test::SocketPair pair = test::connected_pair(buffer_bytes);
    links.add(std::move(pair.server), now_us);
    return test::WebSocketEnd(pair.client);
  }
  bool take_turn() {
    return links.take_turn(
        [this](const std::shared_ptr<WebLink>& from, BytesView packet) {
          link = from;
          came.emplace_back(packet.begin(), packet.end());
        },
        now_us);
  }
  bool wait_for(const std::function<bool()>& done) {
    const std::int64_t deadline_us = monotonic_us() + kPatienceMs * 1'000;
    while (!done() && monotonic_us() < deadline_us) {
      pollfd ready{links.fd(), POLLIN, 0};
      poll(&ready, 1, 100);
      take_turn();
    }
    return done();
  }
  test::WebSocketEnd arrive_and_speak(int buffer_bytes = 0) {
    auto viewer = arrive(buffer_bytes);
    BOOST_REQUIRE(viewer.send(test::kBinaryFrame, Bytes{1, 2, 3}));
    BOOST_REQUIRE(wait_for([&] { return !came.empty(); }));
    return viewer;
  }
};

Bytes numbered(std::uint32_t number) {
  Bytes bytes(1000, static_cast<std::uint8_t>(number));
  bytes[0] = static_cast<std::uint8_t>(number >> 8);
  return bytes;
}

BOOST_AUTO_TEST_SUITE(web_links)

BOOST_AUTO_TEST_CASE(datagrams_go_both_ways) {
  Street street;
  auto viewer = street.arrive_and_speak();
  BOOST_TEST((street.came[0] == Bytes{1, 2, 3}));
  BOOST_TEST(street.link->remote() == "127.0.0.1:9");
  const std::vector<Bytes> answers = {Bytes{4}, Bytes(1200, 6)};
  BOOST_TEST(street.link->send(answers));
  for (const Bytes& answer : answers) {
    const auto frame = viewer.read(kPatienceMs);
    BOOST_REQUIRE(frame.has_value());
    BOOST_TEST(frame->first == test::kBinaryFrame);
    BOOST_TEST((frame->payload == answer));
  }
  BOOST_TEST(viewer.send(test::kPingFrame, Bytes{9}));
  std::optional<test::ServerFrame> pong;
  BOOST_REQUIRE(street.wait_for([&] { return pong || (pong = viewer.read(10)); }));
  BOOST_TEST(pong->first == test::kPongFrame);
  BOOST_TEST((pong->payload == Bytes{9}));
}

BOOST_AUTO_TEST_CASE(a_viewer_that_does_not_read_makes_the_link_busy_until_it_does) {
  Street street;
  auto viewer = street.arrive_and_speak(kSmallBuffer);
  int drained = 0;
  street.link->when_drained([&] { ++drained; });
  std::uint32_t sent = 0;
  while (!street.link->busy() && sent < 10'000)
    BOOST_REQUIRE(street.link->send_one(numbered(sent++)));
  BOOST_TEST(street.link->busy());
  BOOST_TEST(drained == 0);
  std::uint32_t read = 0;
  BOOST_TEST(street.wait_for([&] {
    while (const auto frame = viewer.read(0)) {
      BOOST_REQUIRE((frame->payload == numbered(read)));
      ++read;
    }
    return read == sent;
  }));
  BOOST_TEST(!street.link->busy());
  BOOST_TEST(drained == 1);
}

BOOST_AUTO_TEST_CASE(what_waits_is_bounded) {
  Street street;
  auto viewer = street.arrive_and_speak(kSmallBuffer);
  street.link->prove(street.now_us);
  const std::vector<Bytes> much(1000, Bytes(1200, 7));
  std::size_t sent = 0;
  while (street.link->send(much) && sent < 2 * WebLink::kWaitingBytesMax) sent += 1'200'000;
  BOOST_TEST(sent <= WebLink::kWaitingBytesMax);
  BOOST_TEST(!street.link->open());
}

BOOST_AUTO_TEST_CASE(who_has_proved_nothing_makes_little_wait) {
  Street street;
  auto stranger = street.arrive_and_speak(kSmallBuffer);
  std::size_t sent = 0;
  while (street.link->send_one(Bytes(1200, 7)) && sent < WebLink::kWaitingBytesMax) sent += 1200;
  BOOST_TEST(!street.link->open());
  BOOST_TEST(sent < WebLink::kWaitingBytesMax / 2, "the network took " << sent);
}

BOOST_AUTO_TEST_CASE(of_many_pings_the_newest_is_answered) {
  Street street;
  auto stranger = street.arrive_and_speak(kSmallBuffer);
  constexpr int kPings = 2000;
  for (int i = 0; i < kPings; ++i) {
    Bytes payload(100, 1);
    payload[0] = static_cast<std::uint8_t>(i >> 8);
    payload[1] = static_cast<std::uint8_t>(i);
    while (!stranger.send(test::kPingFrame, payload)) street.take_turn();
    street.take_turn();
  }
  BOOST_TEST(street.link->open());
  int answers = 0;
  int newest = -1;
  BOOST_TEST(street.wait_for([&] {
    while (const auto frame = stranger.read(0)) {
      BOOST_REQUIRE(frame->first == test::kPongFrame);
      ++answers;
      newest = frame->payload[0] << 8 | frame->payload[1];
    }
    return newest == kPings - 1;
  }));
  BOOST_TEST(answers < kPings, answers << " pongs went out unread");
}

BOOST_AUTO_TEST_CASE(those_who_only_wait_shut_nobody_out) {
  WebLinks links(2);
  const auto arrive = [&](std::int64_t now_us) {
    test::SocketPair pair = test::connected_pair(0);
    links.add(std::move(pair.server), now_us);
    return test::WebSocketEnd(pair.client);
  };
  std::shared_ptr<WebLink> speaker;
  auto viewer = arrive(1);
  BOOST_REQUIRE(viewer.send(test::kBinaryFrame, Bytes{1}));
  const auto take = [&](const std::shared_ptr<WebLink>& from, BytesView) { speaker = from; };
  while (speaker == nullptr) links.take_turn(take, 2);
  speaker->prove(2);
  auto silent = arrive(3);
  auto later = arrive(4);
  const auto goodbye = silent.read(kPatienceMs);
  BOOST_REQUIRE(goodbye.has_value());
  BOOST_TEST(goodbye->first == test::kCloseFrame);
  BOOST_TEST(speaker->open());
  BOOST_REQUIRE(later.send(test::kBinaryFrame, Bytes{2}));
  while (speaker->proved_us() != 0) links.take_turn(take, 5);
}

BOOST_AUTO_TEST_CASE(a_flood_of_one_gives_the_others_their_turn) {
  Street street;
  auto flood = street.arrive();
  const Bytes frame = test::client_frame(test::kBinaryFrame, Bytes(1100, 1));
  Bytes many;
  for (int i = 0; i < 400; ++i) many.insert(many.end(), frame.begin(), frame.end());
  BOOST_REQUIRE(::send(flood.socket(), many.data(), many.size(), MSG_DONTWAIT) > 300'000);
  BOOST_TEST(!street.take_turn(), "there is more than one turn's worth");
  const std::size_t in_one_turn = street.came.size();
  BOOST_TEST(in_one_turn < 200u);
  BOOST_TEST(street.wait_for([&] { return street.came.size() > 270; }));
}

BOOST_AUTO_TEST_CASE(who_proves_nothing_or_falls_silent_is_closed) {
  Street street;
  auto stranger = street.arrive();
  auto viewer = street.arrive_and_speak();
  street.link->prove(street.now_us);
  street.now_us += WebLinks::kProveUs;
  street.take_turn();
  const auto goodbye = stranger.read(kPatienceMs);
  BOOST_REQUIRE(goodbye.has_value());
  BOOST_TEST(goodbye->first == test::kCloseFrame);
  BOOST_TEST(street.link->open());
  street.now_us += WebLinks::kSilenceUs;
  street.take_turn();
  BOOST_TEST(!street.link->open());
}

BOOST_AUTO_TEST_CASE(a_viewer_that_leaves_is_noticed) {
  Street street;
  auto viewer = street.arrive_and_speak();
  viewer.close();
  BOOST_TEST(street.wait_for([&] { return !street.link->open(); }));
  BOOST_TEST(!street.link->send_one(Bytes{1}));
  auto text = street.arrive();
  BOOST_TEST(text.send(0x81, Bytes{'a'}));
  street.wait_for([&] { return text.read(0).has_value() || text.ended(); });
  BOOST_TEST(street.came.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
