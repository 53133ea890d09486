#include "media/secure_channel.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <random>
#include <string_view>

namespace rookery::media {
namespace {

constexpr std::uint32_t kViewerIndex = 0x11223344;
constexpr std::uint32_t kHostIndex = 0xaabbccdd;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

// A viewer who holds a ticket for a host.
struct Parties {
  KeyPair host = make_key_pair();
  KeyPair viewer = make_key_pair();
  Id128 ticket{{1, 2, 3}};
  Key32 ticket_key{9, 9, 9};
  ChannelInitiator initiator{viewer, host.public_key, ticket, ticket_key, kViewerIndex};

  ChannelResponder responder() const {
    auto responder = ChannelResponder::read_initiation(host, initiator.initiation());
    BOOST_REQUIRE(responder.has_value());
    return std::move(*responder);
  }
};

struct Ends {
  SecureChannel viewer;
  SecureChannel host;
};

Ends connected(const Parties& parties) {
  auto answer = parties.responder().answer(parties.ticket_key, kHostIndex);
  auto viewer = parties.initiator.read_response(answer.response);
  BOOST_REQUIRE(viewer.has_value());
  return {std::move(*viewer), std::move(answer.channel)};
}

BOOST_AUTO_TEST_SUITE(secure_channel)

BOOST_AUTO_TEST_CASE(a_ticket_opens_a_channel_both_ways) {
  const Parties parties;
  const ChannelResponder responder = parties.responder();
  BOOST_TEST((responder.ticket() == parties.ticket));
  BOOST_TEST((responder.viewer_public_key() == parties.viewer.public_key));

  Ends ends = connected(parties);
  for (const std::string_view text : {"one", "", "three"}) {
    const auto at_host = ends.host.open(ends.viewer.seal(bytes_of(text)));
    const auto at_viewer = ends.viewer.open(ends.host.seal(bytes_of(text)));
    BOOST_REQUIRE(at_host.has_value());
    BOOST_REQUIRE(at_viewer.has_value());
    BOOST_TEST((*at_host == bytes_of(text)));
    BOOST_TEST((*at_viewer == bytes_of(text)));
  }
}

BOOST_AUTO_TEST_CASE(packets_look_as_documented) {
  const Parties parties;
  auto answer = parties.responder().answer(parties.ticket_key, kHostIndex);
  const Bytes& initiation = parties.initiator.initiation();
  const Bytes initiation_head{1, 0, 0, 0, 0x44, 0x33, 0x22, 0x11};
  BOOST_TEST(initiation.size() == 122u);
  BOOST_TEST(std::ranges::equal(BytesView(initiation).first(8), initiation_head));
  const Bytes response_head{2, 0, 0, 0, 0xdd, 0xcc, 0xbb, 0xaa, 0x44, 0x33, 0x22, 0x11};
  // Shorter than the initiation: the host cannot be used to amplify.
  BOOST_TEST(answer.response.size() == 60u);
  BOOST_TEST(std::ranges::equal(BytesView(answer.response).first(12), response_head));

  auto viewer = parties.initiator.read_response(answer.response);
  BOOST_REQUIRE(viewer.has_value());
  viewer->seal(bytes_of("counter 0"));
  const Bytes data = viewer->seal(bytes_of("counter 1"));
  const Bytes data_head{4, 0, 0, 0, 0xdd, 0xcc, 0xbb, 0xaa, 1, 0, 0, 0, 0, 0, 0, 0};
  BOOST_TEST(data.size() == 16 + 9 + kTagBytes);
  BOOST_TEST(std::ranges::equal(BytesView(data).first(16), data_head));

  BOOST_TEST((packet_kind(initiation) == PacketKind::kInitiation));
  BOOST_TEST((packet_kind(answer.response) == PacketKind::kResponse));
  BOOST_TEST((packet_kind(data) == PacketKind::kData));
  BOOST_TEST(receiver_index(answer.response) == kViewerIndex);
  BOOST_TEST(receiver_index(data) == kHostIndex);
}

BOOST_AUTO_TEST_CASE(the_largest_packet_fits_and_a_larger_one_is_not_made) {
  Ends ends = connected(Parties());
  const Bytes largest(kPlainBytesMax, 7);
  const Bytes packet = ends.viewer.seal(largest);
  BOOST_TEST(packet.size() == kPacketBytesMax);
  BOOST_TEST((ends.host.open(packet) == largest));
  BOOST_TEST(ends.viewer.seal(Bytes(kPlainBytesMax + 1, 7)).empty());
}

BOOST_AUTO_TEST_CASE(a_packet_is_opened_once) {
  Ends ends = connected(Parties());
  const Bytes packet = ends.viewer.seal(bytes_of("once"));
  BOOST_TEST(ends.host.open(packet).has_value());
  BOOST_TEST(!ends.host.open(packet).has_value());
}

BOOST_AUTO_TEST_CASE(packets_open_in_any_order_each_once) {
  Ends ends = connected(Parties());
  std::vector<Bytes> packets;
  for (int i = 0; i < 2'000; ++i) packets.push_back(ends.viewer.seal(Bytes{1}));
  std::mt19937 chance(7);
  std::ranges::shuffle(packets, chance);
  for (const Bytes& packet : packets) BOOST_TEST(ends.host.open(packet).has_value());
  for (const Bytes& packet : packets) BOOST_TEST(!ends.host.open(packet).has_value());
}

BOOST_AUTO_TEST_CASE(a_forgery_changes_nothing) {
  Ends ends = connected(Parties());
  const Bytes packet = ends.viewer.seal(bytes_of("genuine"));
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    Bytes forged = packet;
    forged[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    // Counters near the end would push every true packet out of the window, were they believed.
    BOOST_TEST(!ends.host.open(forged).has_value(), "bit " << bit << " was not noticed");
  }
  for (std::size_t size = 0; size < packet.size(); ++size) {
    BOOST_TEST(!ends.host.open(BytesView(packet).first(size)).has_value());
  }
  BOOST_TEST((ends.host.open(packet) == bytes_of("genuine")));
}

BOOST_AUTO_TEST_CASE(a_packet_does_not_open_at_its_own_sender_or_in_another_channel) {
  Ends ends = connected(Parties());
  Ends others = connected(Parties());
  BOOST_TEST(!others.host.open(ends.viewer.seal(bytes_of("not yours"))).has_value());
  Bytes reflected = ends.viewer.seal(bytes_of("mirror"));
  std::copy_n(ends.host.seal({}).begin() + 4, 4, reflected.begin() + 4);
  BOOST_TEST(!ends.viewer.open(reflected).has_value());
}

BOOST_AUTO_TEST_CASE(only_the_newest_packet_may_move_the_address) {
  Ends ends = connected(Parties());
  const Bytes older = ends.viewer.seal(bytes_of("older"));
  const Bytes newer = ends.viewer.seal(bytes_of("newer"));
  BOOST_REQUIRE(ends.host.open(newer).has_value());
  BOOST_TEST(ends.host.opened_newest());
  BOOST_REQUIRE(ends.host.open(older).has_value());
  BOOST_TEST(!ends.host.opened_newest());
}

BOOST_AUTO_TEST_CASE(a_ticket_id_without_its_key_confirms_nothing) {
  const Parties parties;
  auto answer = parties.responder().answer(parties.ticket_key, kHostIndex);
  const ChannelInitiator thief(make_key_pair(), parties.host.public_key, parties.ticket, Key32{1},
                               kViewerIndex);
  auto stolen = ChannelResponder::read_initiation(parties.host, thief.initiation());
  BOOST_REQUIRE(stolen.has_value());
  BOOST_TEST((stolen->ticket() == parties.ticket));
  auto answer_to_thief = stolen->answer(parties.ticket_key, kHostIndex);
  BOOST_TEST(!thief.read_response(answer_to_thief.response).has_value());
  BOOST_TEST(!thief.read_response(answer.response).has_value());
}

BOOST_AUTO_TEST_CASE(a_repeated_initiation_gives_an_independent_channel) {
  const Parties parties;
  auto first = parties.responder().answer(parties.ticket_key, kHostIndex);
  auto second = parties.responder().answer(parties.ticket_key, kHostIndex);
  auto viewer_first = parties.initiator.read_response(first.response);
  auto viewer_second = parties.initiator.read_response(second.response);
  BOOST_REQUIRE((viewer_first.has_value() && viewer_second.has_value()));
  BOOST_TEST(first.channel.open(viewer_first->seal(Bytes{1})).has_value());
  BOOST_TEST(!first.channel.open(viewer_second->seal(Bytes{1})).has_value());
  BOOST_TEST(second.channel.open(viewer_second->seal(Bytes{1})).has_value());
}

BOOST_AUTO_TEST_CASE(a_forged_response_does_not_spoil_the_true_one) {
  const Parties parties;
  auto answer = parties.responder().answer(parties.ticket_key, kHostIndex);
  for (std::size_t byte = 8; byte < answer.response.size(); ++byte) {
    Bytes forged = answer.response;
    forged[byte] ^= 0x40;
    BOOST_TEST(!parties.initiator.read_response(forged).has_value());
  }
  BOOST_TEST(parties.initiator.read_response(answer.response).has_value());
}

BOOST_AUTO_TEST_CASE(an_initiation_for_another_host_or_version_is_refused) {
  const Parties parties;
  const Bytes& initiation = parties.initiator.initiation();
  BOOST_TEST(!ChannelResponder::read_initiation(make_key_pair(), initiation).has_value());
  for (std::size_t size = 0; size < initiation.size(); ++size) {
    BOOST_TEST(!ChannelResponder::read_initiation(parties.host, BytesView(initiation).first(size)));
  }
  Bytes longer = initiation;
  longer.push_back(0);
  BOOST_TEST(!ChannelResponder::read_initiation(parties.host, longer).has_value());
}

BOOST_AUTO_TEST_CASE(no_initiation_is_made_for_a_key_that_is_none) {
  const ChannelInitiator initiator(make_key_pair(), Key32{}, Id128{}, Key32{}, 1);
  BOOST_TEST(initiator.initiation().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
