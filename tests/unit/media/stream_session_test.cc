// A viewer who holds a ticket and lies.
#include "media/stream_session.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <deque>
#include <limits>
#include <memory>

#include "media/media_clock.h"
#include "schemas/client_messages.h"
#include "tests/unit/media/socket_pair.h"

namespace rookery::media {
namespace {

constexpr std::uint32_t kHostIndex = 5;
constexpr std::uint32_t kViewerIndex = 6;
constexpr std::int64_t kMillisecondUs = 1'000;
constexpr std::size_t kFragmentsMany = 1000;

class Notebook final : public InputSink {
 public:
  void inject(const InputEvent& event, const InputNumber&) override { inputs.push_back(event); }
  bool full(const EntityId&) const override { return inputs.size() >= room; }
  void forget(const EntityId&) override {
    forgotten_after = inputs.size();
    ++forgotten;
  }
  int forgotten = 0;
  std::size_t forgotten_after = 0;  // inputs
  std::vector<InputEvent> inputs;
  std::size_t room = 100;
};

UdpSocket bound() {
  auto socket = UdpSocket::bind("127.0.0.1", 0);
  BOOST_REQUIRE(socket.ok());
  return std::move(*socket);
}

struct Watching {
  std::int64_t now_us = 1'000'000'000;
  UdpSocket host = bound();
  UdpSocket viewer = bound();
  MediaOptions options;
  TicketBook tickets;
  std::vector<host::SessionQuality> qualities;
  std::vector<host::SessionClipboard> pastes;
  std::vector<host::SessionEnded> ends;
  SessionSurroundings surroundings{
      options, host, tickets,
      [this](const host::Report& report) {
        if (const auto* one = std::get_if<host::SessionQuality>(&report)) qualities.push_back(*one);
        if (const auto* one = std::get_if<host::SessionClipboard>(&report)) {
          BOOST_TEST(ends.empty(), "nothing is reported after the end");
          pastes.push_back(*one);
        }
        if (const auto* one = std::get_if<host::SessionEnded>(&report)) ends.push_back(*one);
      },
      [](std::uint32_t) {}};
  Notebook input;
  SecureChannel channel{{{2}, {1}}, kViewerIndex, kHostIndex};
  std::unique_ptr<StreamSession> session;

  Route from = viewer.local_address();

  explicit Watching(std::shared_ptr<WebLink> link = nullptr) {
    if (link != nullptr) from = std::move(link);
    host::AdmitSession admission;
    admission.ticket_expires_us = std::numeric_limits<std::int64_t>::max();
    admission.control = true;
    admission.clipboard = usual_clipboard(true);
    tickets.add(admission);
    session = std::make_unique<StreamSession>(
        ViewerJoin{admission, SecureChannel({{1}, {2}}, kHostIndex, kViewerIndex), from},
        surroundings, now_us);
    say(wire::Ping{1});
    BOOST_REQUIRE(session->watches());
  }
  void say(const wire::Message& message) {
    session->receive({kHostIndex, from, channel.seal(wire::encode_message(message))}, input,
                     now_us);
  }
  // Why the host ended it; empty: it did not.
  std::string farewell() {
    std::string reason;
    viewer.receive([&](const Address&, BytesView packet) {
      const auto plain = channel.open(packet);
      const auto message = plain ? wire::decode_message(*plain) : std::nullopt;
      if (!message) return;
      if (const auto* bye = std::get_if<wire::Bye>(&*message)) reason = bye->reason;
    });
    return reason;
  }
  void show_key_frame(std::size_t fragments) {
    const Bytes bytes(fragments * kFragmentBytesMax, 7);
    session->send_frame({bytes, true, 720, 1280, now_us}, now_us);
  }
};

BOOST_AUTO_TEST_SUITE(stream_session)

BOOST_AUTO_TEST_CASE(a_viewer_that_asks_over_and_over_is_sent_one_frame_s_worth_at_most) {
  Watching one;
  one.show_key_frame(kFragmentsMany);
  const std::vector<std::uint16_t> all_the_same(wire::kMissingFragmentsMax, 3);
  for (int i = 0; i < 200; ++i) one.say(wire::Nack{1, all_the_same});
  // At 50 MB/s; 200 requests of 256 fragments would take over a second.
  int milliseconds = 0;
  for (; !one.session->ready() && milliseconds < 5'000; ++milliseconds) {
    one.session->tend(one.now_us += kMillisecondUs);
  }
  BOOST_TEST(milliseconds <= 150);
}

BOOST_AUTO_TEST_CASE(times_that_are_not_ours_are_not_calculated_with) {
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  Watching one;
  for (const std::int64_t lie : {kLowest, std::int64_t{-1}, one.now_us + 1}) {
    one.say(wire::Pong{lie});
    one.show_key_frame(1);
    one.say(wire::Feedback{1, lie, 0, 0, 1, 1});
  }
  one.session->tend(one.now_us += 3'000 * kMillisecondUs);
  BOOST_REQUIRE(one.qualities.size() == 1);
  BOOST_TEST(one.qualities[0].round_trip_us == 0);
  BOOST_TEST(one.qualities[0].glass_to_glass_us == 0);
}

BOOST_AUTO_TEST_CASE(our_own_times_tell_the_round_trip) {
  Watching one;
  one.say(wire::Pong{one.now_us - 7'000});
  one.show_key_frame(1);
  one.say(wire::Feedback{1, one.now_us - 20'000, 500, 0, 1, 1});
  one.session->tend(one.now_us += 3'000 * kMillisecondUs);
  BOOST_REQUIRE(one.qualities.size() == 1);
  BOOST_TEST(one.qualities[0].round_trip_us == 7'000);
  BOOST_TEST(one.qualities[0].glass_to_glass_us == 20'000 - 500 - 3'500);
}

BOOST_AUTO_TEST_CASE(what_a_viewer_holds_is_lifted_when_it_goes) {
  Watching watching;
  const Point at{3, 4};
  watching.say(
      wire::InputBatch{1,
                       {Touch{2, TouchPhase::kDown, {1, 2}}, Touch{2, TouchPhase::kMove, at},
                        Touch{1, TouchPhase::kDown, at}, Touch{1, TouchPhase::kUp, at},
                        Key{'a', true}, Key{'a', false}, Key{0xffe1, true}}});
  watching.session->end("gone");
  watching.input.inputs.clear();
  watching.session->release(watching.input);
  const std::vector<InputEvent> lifted{Touch{2, TouchPhase::kCancel, at}, Key{0xffe1, false}};
  BOOST_TEST((watching.input.inputs == lifted));
  watching.session->release(watching.input);
  BOOST_TEST(watching.input.inputs.size() == lifted.size());
}

BOOST_AUTO_TEST_CASE(a_viewer_that_sends_more_than_the_phone_can_take_is_sent_away) {
  Watching watching;
  watching.input.room = 2;
  watching.say(wire::InputBatch{1, {Key{'a', true}}});
  BOOST_TEST(!watching.session->ended());
  watching.say(wire::InputBatch{2, {Key{'a', false}}});
  BOOST_TEST(watching.session->ended());
  BOOST_TEST(watching.input.inputs.size() == 2);
}

BOOST_AUTO_TEST_CASE(a_paste_without_an_end_is_reported_with_the_next_other_input) {
  Watching one;
  one.say(wire::InputBatch{1, {Text{"abc", true}, Text{"de", true}}});
  BOOST_TEST(one.pastes.empty());
  one.say(wire::InputBatch{3, {Key{'a', true}}});
  BOOST_REQUIRE(one.pastes.size() == 1);
  BOOST_TEST((one.pastes[0].in && one.pastes[0].bytes == 5u));
}

BOOST_AUTO_TEST_CASE(a_paste_that_is_cut_off_is_reported_before_the_end) {
  Watching one;
  one.say(wire::InputBatch{1, {Text{"abc", true}}});
  one.say(wire::Bye{"done"});
  BOOST_REQUIRE(one.pastes.size() == 1);
  BOOST_TEST(one.pastes[0].bytes == 3u);
  BOOST_TEST(one.ends.size() == 1);
}

BOOST_AUTO_TEST_CASE(a_long_text_is_a_paste_also_without_the_mark) {
  Watching one;
  one.say(wire::InputBatch{1, {Text{std::string(192, 'a')}, Text{std::string(193, 'b')}}});
  BOOST_REQUIRE(one.pastes.size() == 1);
  BOOST_TEST(one.pastes[0].bytes == 193u);
}

BOOST_AUTO_TEST_CASE(one_paste_too_many_does_not_reach_the_guest) {
  Watching one;
  one.input.room = 1'000;
  std::uint64_t number = 1;
  for (std::uint32_t i = 0; i < ClipboardLimit::kPassesMax; ++i) {
    one.say(wire::InputBatch{number++, {Text{"a", true, true}}});
  }
  BOOST_TEST(!one.session->ended());
  one.say(wire::InputBatch{number, {Text{"b", true}, Key{'c', true}}});
  BOOST_TEST(one.session->ended());
  BOOST_TEST(one.input.inputs.size() == ClipboardLimit::kPassesMax);
  BOOST_TEST(one.pastes.size() == ClipboardLimit::kPassesMax);
  BOOST_REQUIRE(one.ends.size() == 1);
  BOOST_TEST(one.ends[0].reason == "more texts pasted than hands can");
}

BOOST_AUTO_TEST_CASE(what_waits_of_a_revoked_session_is_forgotten_before_the_rest_is_lifted) {
  Watching one;
  one.say(wire::InputBatch{1, {Key{'a', true}}});
  one.session->revoke("the link was revoked");
  one.session->release(one.input);
  one.session->release(one.input);
  BOOST_TEST(one.input.forgotten == 1);
  BOOST_TEST(one.input.forgotten_after == 1u);
  BOOST_TEST(one.input.inputs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_a_viewer_did_before_it_left_happens) {
  Watching one;
  one.say(wire::InputBatch{1, {Text{"done"}}});
  one.say(wire::Bye{"done"});
  one.session->release(one.input);
  BOOST_TEST(one.input.forgotten == 0);
}

BOOST_AUTO_TEST_CASE(a_key_frame_is_due_only_while_it_is_owed) {
  Watching watching;
  BOOST_TEST(watching.session->needs_key());
  BOOST_TEST(watching.session->takes_frames_us(true) < watching.now_us);
  watching.show_key_frame(1);
  BOOST_TEST(!watching.session->needs_key());
  watching.say(wire::KeyframeRequest{1});
  BOOST_TEST(!watching.session->needs_key());  // one is on its way
  watching.now_us += kKeyIntervalUs;
  watching.say(wire::KeyframeRequest{1});
  BOOST_TEST(watching.session->needs_key());
}

BOOST_AUTO_TEST_CASE(one_who_needs_key_frames_over_and_over_gets_them_ever_more_rarely) {
  Watching one;
  one.show_key_frame(1);
  std::int64_t interval_us = kKeyIntervalUs;
  for (int i = 0; i < 6; ++i) {
    const std::int64_t sent_us = one.now_us;
    one.now_us += kKeyIntervalUs;
    one.say(wire::KeyframeRequest{1});
    // Whom nobody else shares the phone with hurts only itself.
    BOOST_TEST(one.session->takes_frames_us(true) == sent_us + kKeyIntervalUs);
    BOOST_TEST(one.session->takes_frames_us(false) == sent_us + interval_us);
    one.now_us = sent_us + interval_us;
    one.show_key_frame(1);
    interval_us = std::min<std::int64_t>(2 * interval_us, 4'800'000);
  }
}

// Ten seconds of a viewer whose every frame takes 90 ms to be acknowledged.
BOOST_AUTO_TEST_CASE(others_wait_for_a_slow_viewer_a_tenth_of_the_time_at_most) {
  Watching one;
  const std::int64_t began_us = one.now_us;
  std::int64_t waited_us = 0;
  std::uint64_t frame = 0;
  while (one.now_us < began_us + 10'000'000) {
    // As the pipeline does: frames while it is ready, and none to it later than to the others.
    while (one.session->ready()) {
      one.show_key_frame(1);
      ++frame;
    }
    one.say(wire::Pong{one.now_us - 1});
    for (int i = 0; i < 90; ++i) {
      if (one.session->waited_for_until_us() > one.now_us) waited_us += kMillisecondUs;
      one.session->tend(one.now_us += kMillisecondUs);
    }
    one.say(wire::Feedback{frame, one.now_us - 1, 0, 0, frame, frame});
    one.session->tend(one.now_us);
    one.session->tend(one.now_us += 10 * kMillisecondUs);
  }
  BOOST_TEST(waited_us >= 100 * kMillisecondUs);
  BOOST_TEST(waited_us <= 1'100 * kMillisecondUs);
}

BOOST_AUTO_TEST_CASE(what_is_coded_for_a_better_way_goes_out_at_the_viewer_s_own_bitrate) {
  Watching one;
  one.show_key_frame(1);
  const std::uint32_t own_bps = one.session->bitrate_bps();
  // A second of its way, in one frame.
  const Bytes bytes(std::size_t{own_bps} / 8, 7);
  one.session->send_frame({bytes, false, 720, 1280, one.now_us, 2 * own_bps}, one.now_us);
  const std::int64_t sent_us = one.now_us;
  while (!one.session->ready()) one.session->tend(one.now_us += kMillisecondUs);
  BOOST_TEST(one.session->takes_frames_us(false) == sent_us + 500'000);
  BOOST_TEST(one.session->takes_frames_us(true) <= one.now_us);
  // Others get the next one; what builds on it is nothing for this viewer.
  one.session->send_frame({bytes, false, 720, 1280, one.now_us, 2 * own_bps}, one.now_us);
  BOOST_TEST(one.session->needs_key());
}

// A minute of a scene of 30 frames a second, for a viewer that decodes 20.
BOOST_AUTO_TEST_CASE(what_waits_for_a_slow_decoder_does_not_grow) {
  constexpr std::int64_t kDecodeUs = 50 * kMillisecondUs;
  constexpr std::int64_t kWayUs = 5 * kMillisecondUs;
  test::SocketPair pair = test::connected_pair(0);
  Watching one(std::make_shared<WebLink>(std::move(pair.server)));
  const std::int64_t began_us = one.now_us;
  std::deque<std::int64_t> sent_us;  // of frames that are not decoded
  std::int64_t free_us = 0;          // when the decoder can take the next
  std::uint64_t frame = 0;
  std::int64_t worst_us = 0;
  one.say(wire::Pong{one.now_us - 2 * kWayUs});
  for (int ms = 0; ms < 60'000; ++ms, one.now_us += kMillisecondUs) {
    if (ms % 33 == 0 && one.session->ready()) {
      one.show_key_frame(1);
      sent_us.push_back(one.now_us);
    }
    while (!sent_us.empty() &&
           one.now_us >= std::max(free_us, sent_us.front() + kWayUs) + kDecodeUs) {
      worst_us = std::max(worst_us, one.now_us + kWayUs - sent_us.front());
      free_us = one.now_us;
      sent_us.pop_front();
      one.say(wire::Feedback{++frame, 0, 0, 0, frame, frame});
    }
    if (ms % 2'000 == 0) one.say(wire::Pong{one.now_us - 2 * kWayUs});
    one.session->tend(one.now_us);
    std::array<char, 4096> read{};
    while (recv(pair.client, read.data(), read.size(), MSG_DONTWAIT) > 0) continue;
  }
  BOOST_TEST(one.now_us == began_us + 60'000 * kMillisecondUs);
  BOOST_TEST(frame > 900u, "decoded " << frame);
  BOOST_TEST(worst_us < 300 * kMillisecondUs, "a frame took " << worst_us << " us");
  close(pair.client);
}

BOOST_AUTO_TEST_CASE(the_bitrate_falls_while_no_frame_arrives) {
  test::SocketPair pair = test::connected_pair(0);
  Watching one(std::make_shared<WebLink>(std::move(pair.server)));
  one.say(wire::Pong{one.now_us - 10 * kMillisecondUs});
  one.show_key_frame(1);
  const std::uint32_t before_bps = one.session->bitrate_bps();
  one.now_us += 600 * kMillisecondUs;
  one.say(wire::Feedback{0, 0, 0, 0, 1, 1});
  const std::uint32_t after_bps = one.session->bitrate_bps();
  BOOST_TEST(after_bps < before_bps);
  // Each as slow as the one before.
  one.say(wire::Feedback{1, 0, 0, 0, 1, 1});
  one.show_key_frame(1);
  one.now_us += 600 * kMillisecondUs;
  one.say(wire::Feedback{2, 0, 0, 0, 2, 2});
  BOOST_TEST(one.session->bitrate_bps() < after_bps);
  close(pair.client);
}

BOOST_AUTO_TEST_CASE(a_viewer_from_before_vp9_is_told_so_and_no_other) {
  constexpr std::int64_t kStepUs = 1'000 * kMillisecondUs;
  for (const bool vp9 : {true, false}) {
    for (const bool understands : {true, false}) {
      Watching one;
      one.options.codec = vp9 ? VideoCodec::kVp9 : VideoCodec::kVp8;
      one.show_key_frame(1);
      if (understands) one.say(wire::Feedback{0, 0, 0, 0, 1, 1});
      for (int second = 0; second < 8; ++second) {
        one.now_us += kStepUs;
        one.say(wire::Ping{1});
        one.session->tend(one.now_us);
      }
      BOOST_TEST(one.session->ended() == (vp9 && !understands));
      BOOST_TEST((one.farewell().find("VP9") != std::string::npos) == (vp9 && !understands));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace rookery::media
