#include "media/udp_socket.h"

#include <poll.h>

#include <boost/test/unit_test.hpp>

using namespace rookery::media;

BOOST_AUTO_TEST_CASE(an_address_survives_its_text) {
  for (const char* text : {"127.0.0.1:4000", "[::1]:65535", "0.0.0.0:0"}) {
    const auto address = Address::parse(text);
    BOOST_REQUIRE(address.has_value());
    BOOST_TEST(address->text() == text);
  }
  for (const char* text : {"", "localhost:1", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:1x"}) {
    BOOST_TEST(!Address::parse(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(datagrams_cross_loopback_whole_and_in_number) {
  auto host = UdpSocket::bind("127.0.0.1", 0);
  BOOST_REQUIRE(host.ok());
  auto viewer = UdpSocket::connect(host->local_address());
  BOOST_REQUIRE(viewer.ok());
  std::vector<Bytes> packets;
  for (std::uint8_t i = 0; i < 100; ++i) packets.emplace_back(1200, i);
  BOOST_TEST(viewer->send(host->local_address(), packets) == 100u);
  std::vector<std::uint8_t> got;
  while (got.size() < 100) {
    pollfd ready{host->fd(), POLLIN, 0};
    BOOST_REQUIRE(::poll(&ready, 1, 30'000) == 1);
    host->receive([&](const Address& from, BytesView packet) {
      BOOST_TEST((from == viewer->local_address()));
      BOOST_TEST(packet.size() == 1200u);
      got.push_back(packet[0]);
    });
  }
  for (std::size_t i = 0; i < got.size(); ++i) BOOST_TEST(got[i] == i);
}

BOOST_AUTO_TEST_CASE(a_taken_port_is_a_clear_error) {
  auto first = UdpSocket::bind("127.0.0.1", 0);
  BOOST_REQUIRE(first.ok());
  auto second = UdpSocket::bind("127.0.0.1", first->local_address().port());
  BOOST_REQUIRE(!second.ok());
  BOOST_TEST(second.error().message.find("cannot use UDP address") != std::string::npos);
}
