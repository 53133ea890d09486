#include "media/websocket_frames.h"

#include <boost/test/unit_test.hpp>
#include <optional>

#include "media/secure_channel.h"
#include "tests/websocket_end.h"

namespace rookery::media {
namespace {

using test::client_frame;

struct Taken {
  std::vector<Bytes> datagrams;
  std::vector<Bytes> pings;
  std::optional<WebSocketClose> close;
  WebSocketReader reader;

  void take(BytesView bytes) {
    reader.take(bytes, {[this](BytesView one) { datagrams.emplace_back(one.begin(), one.end()); },
                        [this](BytesView one) { pings.emplace_back(one.begin(), one.end()); },
                        [this](WebSocketClose code) {
                          BOOST_TEST(!close.has_value(), "a close comes once");
                          close = code;
                        }});
  }
};

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes many(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  return bytes;
}

BOOST_AUTO_TEST_SUITE(websocket_frames)

BOOST_AUTO_TEST_CASE(messages_arrive_however_the_bytes_are_cut) {
  const Bytes stream = joined(
      {client_frame(test::kBinaryFrame, many(1)), client_frame(test::kBinaryFrame, many(0)),
       client_frame(test::kBinaryFrame, many(125)), client_frame(test::kBinaryFrame, many(126)),
       client_frame(test::kBinaryFrame, many(kPacketBytesMax))});
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, stream.size()}) {
    Taken taken;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      taken.take(BytesView(stream).subspan(at, std::min(step, stream.size() - at)));
    }
    BOOST_REQUIRE_EQUAL(taken.datagrams.size(), 5u);
    BOOST_TEST((taken.datagrams[0] == many(1)));
    BOOST_TEST(taken.datagrams[1].empty());
    BOOST_TEST((taken.datagrams[2] == many(125)));
    BOOST_TEST((taken.datagrams[3] == many(126)));
    BOOST_TEST((taken.datagrams[4] == many(kPacketBytesMax)));
    BOOST_TEST(!taken.close.has_value());
  }
}

BOOST_AUTO_TEST_CASE(fragments_are_one_message_and_a_ping_may_come_between) {
  Taken taken;
  taken.take(joined({client_frame(0x02, many(3)), client_frame(test::kPingFrame, many(5)),
                     client_frame(0x00, many(2)), client_frame(0x80, many(1))}));
  BOOST_REQUIRE_EQUAL(taken.datagrams.size(), 1u);
  BOOST_TEST((taken.datagrams[0] == joined({many(3), many(2), many(1)})));
  BOOST_REQUIRE_EQUAL(taken.pings.size(), 1u);
  BOOST_TEST((taken.pings[0] == many(5)));
}

BOOST_AUTO_TEST_CASE(what_a_client_may_not_send_closes) {
  Bytes unmasked = client_frame(test::kBinaryFrame, many(4));
  unmasked[1] &= 0x7f;
  const auto code_for = [](const Bytes& bytes) {
    Taken taken;
    taken.take(bytes);
    BOOST_TEST(taken.datagrams.empty());
    taken.take(client_frame(test::kBinaryFrame, many(1)));
    BOOST_TEST(taken.datagrams.empty(), "nothing is taken after a close");
    BOOST_REQUIRE(taken.close.has_value());
    return *taken.close;
  };
  using enum WebSocketClose;
  BOOST_TEST((code_for(unmasked) == kProtocolError));
  BOOST_TEST((code_for(client_frame(0xC2, many(4))) == kProtocolError), "a reserved bit");
  BOOST_TEST((code_for(client_frame(0x83, many(4))) == kProtocolError), "an opcode without sense");
  BOOST_TEST((code_for(client_frame(0x80, many(4))) == kProtocolError), "nothing to go on with");
  BOOST_TEST((code_for(joined({client_frame(0x02, many(4)), client_frame(0x82, many(4))})) ==
              kProtocolError),
             "another message inside one");
  BOOST_TEST((code_for(client_frame(0x09, many(4))) == kProtocolError), "a ping in fragments");
  BOOST_TEST((code_for(client_frame(0x89, many(126))) == kProtocolError), "a long ping");
  BOOST_TEST((code_for(client_frame(0x81, many(4))) == kNotBinary));
  BOOST_TEST((code_for(client_frame(0x82, many(kPacketBytesMax + 1))) == kTooLong));
  BOOST_TEST((code_for(joined({client_frame(0x02, many(kPacketBytesMax)),
                               client_frame(0x80, many(1))})) == kTooLong));
  BOOST_TEST((code_for({0x82, 0xff}) == kTooLong));
  BOOST_TEST((code_for(client_frame(test::kCloseFrame, {})) == kNormal));
}

BOOST_AUTO_TEST_CASE(a_server_s_frames_are_as_the_rfc_writes_them) {
  Bytes out;
  put_binary_frame(out, many(2));
  put_pong_frame(out, many(1));
  put_close_frame(out, WebSocketClose::kGoingAway);
  BOOST_TEST((out == Bytes{0x82, 2, 0, 7, 0x8A, 1, 0, 0x88, 2, 0x03, 0xE9}));
  for (const std::size_t size : {std::size_t{125}, std::size_t{126}, std::size_t{1200}}) {
    out.clear();
    put_binary_frame(out, many(size));
    const auto frame = test::take_server_frame(out);
    BOOST_REQUIRE(frame.has_value());
    BOOST_TEST((frame->payload == many(size)));
    BOOST_TEST(out.empty());
  }
}

BOOST_AUTO_TEST_CASE(many_datagrams_take_few_frames) {
  Bytes out;
  put_bundles(out, std::vector<Bytes>{{1, 2}, {3}});
  BOOST_TEST((out == Bytes{0x82, 8, 5, 2, 0, 1, 2, 1, 0, 3}));
  out.clear();
  put_bundles(out, std::vector<Bytes>{{1, 2}});
  BOOST_TEST((out == Bytes{0x82, 2, 1, 2}));
  out.clear();
  const std::vector<Bytes> frame(100, Bytes(1200, 7));
  put_bundles(out, frame);
  test::ServerDatagrams came;
  int frames = 0;
  while (const auto one = test::take_server_frame(out)) {
    ++frames;
    came.add(*one);
  }
  BOOST_TEST(frames == 3);
  BOOST_TEST(out.empty());
  for (const Bytes& datagram : frame) BOOST_TEST((came.next()->payload == datagram));
  BOOST_TEST(!came.next());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
