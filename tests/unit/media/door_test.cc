// Strangers at the door.
#include "media/door.h"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "tests/unit/media/socket_pair.h"
#include "tests/websocket_end.h"

namespace rookery::media {
namespace {

constexpr int kPatienceMs = 20'000;

struct House {
  KeyPair key = make_key_pair();
  UdpSocket socket = std::move(*UdpSocket::bind("127.0.0.1", 0));
  TicketBook tickets;
  ReceiverTable receivers;
  std::atomic<bool> guest_is_there{true};
  const std::shared_ptr<PhoneInbox> inbox = std::make_shared<PhoneInbox>();
  host::AdmitSession admission;
  Door door{{key, socket, tickets, receivers,
             [this](const EntityId&) { return guest_is_there ? inbox : nullptr; },
             [](const host::AdmitSession&) {}}};

  House() {
    admission.ticket = {{1, 2, 3}};
    admission.ticket_key.fill(4);
    admission.ticket_expires_us = std::numeric_limits<std::int64_t>::max();
    tickets.add(admission);
  }
  test::WebSocketEnd come() {
    test::SocketPair pair = test::connected_pair();
    door.let_in(std::move(pair.server));
    return test::WebSocketEnd(pair.client);
  }
  Bytes knock(const Id128& ticket) const {
    return ChannelInitiator(make_key_pair(), key.public_key, ticket, admission.ticket_key, 7)
        .initiation();
  }
};

BOOST_AUTO_TEST_SUITE(door)

BOOST_AUTO_TEST_CASE(a_stranger_who_knocks_again_and_again_is_shown_out) {
  House house;
  auto stranger = house.come();
  for (int i = 0; i < 8; ++i) {
    BOOST_REQUIRE(stranger.send(test::kBinaryFrame, house.knock({{9}})));
  }
  BOOST_REQUIRE(stranger.send(test::kPingFrame, Bytes{1}));
  auto answer = stranger.read(kPatienceMs);
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST(answer->first == test::kPongFrame);
  BOOST_REQUIRE(stranger.send(test::kBinaryFrame, house.knock({{9}})));
  answer = stranger.read(kPatienceMs);
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST(answer->first == test::kCloseFrame);
}

BOOST_AUTO_TEST_CASE(of_handshakes_that_come_at_once_one_is_read) {
  House house;
  auto viewer = house.come();
  Bytes together;
  for (int i = 0; i < 8; ++i) {
    const Bytes frame = test::client_frame(test::kBinaryFrame, house.knock(house.admission.ticket));
    together.insert(together.end(), frame.begin(), frame.end());
  }
  const Bytes ping = test::client_frame(test::kPingFrame, Bytes{1});
  together.insert(together.end(), ping.begin(), ping.end());
  BOOST_REQUIRE(::send(viewer.socket(), together.data(), together.size(), 0) ==
                static_cast<ssize_t>(together.size()));
  int responses = 0;
  for (;;) {
    const auto frame = viewer.read(kPatienceMs);
    BOOST_REQUIRE(frame.has_value());
    if (frame->first == test::kPongFrame) break;
    ++responses;
  }
  BOOST_TEST(responses == 1);
}

BOOST_AUTO_TEST_CASE(a_viewer_says_the_same_until_the_guest_is_there) {
  House house;
  house.guest_is_there = false;
  auto viewer = house.come();
  const Bytes knock = house.knock(house.admission.ticket);
  for (int i = 0; i < 50; ++i) BOOST_REQUIRE(viewer.send(test::kBinaryFrame, knock));
  BOOST_REQUIRE(viewer.send(test::kPingFrame, Bytes{1}));
  const auto pong = viewer.read(kPatienceMs);
  BOOST_REQUIRE(pong.has_value());
  BOOST_TEST(pong->first == test::kPongFrame, "no response, and no end");
  house.guest_is_there = true;
  BOOST_REQUIRE(viewer.send(test::kBinaryFrame, knock));
  const auto response = viewer.read(kPatienceMs);
  BOOST_REQUIRE(response.has_value());
  BOOST_TEST((packet_kind(response->payload) == PacketKind::kResponse));
}

BOOST_AUTO_TEST_CASE(one_source_of_datagrams_takes_a_part_only_and_all_a_bounded_time) {
  KnockLimit limit;
  const auto from = [](int number, int port) {
    return *Address::parse("10.0.0." + std::to_string(number) + ":" + std::to_string(port));
  };
  for (int i = 0; i < KnockLimit::kOfOneMax; ++i) BOOST_TEST(limit.take(from(1, 1000 + i), 5));
  BOOST_TEST(!limit.take(from(1, 9), 5));
  BOOST_TEST(limit.take(from(2, 9), 5));
  int taken = KnockLimit::kOfOneMax + 1;
  for (int i = 3; i < 250; ++i) {
    for (int n = 0; n < 8; ++n) taken += limit.take(from(i, 9), 5) ? 1 : 0;
  }
  BOOST_TEST(taken == KnockLimit::kOfAllMax);
  BOOST_TEST(limit.take(from(1, 9), KnockLimit::kSpanUs + 5));
}

BOOST_AUTO_TEST_CASE(an_owner_of_many_ipv6_addresses_is_one_source) {
  KnockLimit limit;
  const auto from = [](const std::string& ip) { return *Address::parse("[" + ip + "]:9"); };
  for (int i = 0; i < KnockLimit::kOfOneMax; ++i) {
    BOOST_TEST(limit.take(from("2001:db8::" + std::to_string(i)), 5));
  }
  BOOST_TEST(!limit.take(from("2001:db8::ffff"), 5));
  BOOST_TEST(limit.take(from("2001:db8:0:1::1"), 5));
  // IPv4 on a socket for both.
  for (int i = 0; i < KnockLimit::kOfOneMax; ++i) limit.take(from("::ffff:10.0.0.1"), 5);
  BOOST_TEST(!limit.take(from("::ffff:10.0.0.1"), 5));
  BOOST_TEST(limit.take(from("::ffff:10.0.0.2"), 5));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
