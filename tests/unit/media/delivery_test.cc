// Fragments and inputs over a link that loses, doubles and reorders, seeded.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <random>

#include "media/input_channel.h"
#include "media/packetizer.h"
#include "media/reassembler.h"

using namespace rookery;
using namespace rookery::media;

namespace {

// Delivers messages late, doubled or not at all, as the seed has it.
class BadLink {
 public:
  BadLink(std::uint32_t seed, double loss) : random_(seed), loss_(loss) {}

  void send(std::int64_t now_us, Bytes message) {
    const int copies = chance(loss_) ? 0 : chance(0.05) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const std::int64_t delay_us = 1000 + static_cast<std::int64_t>(random_() % 8000);
      on_the_way_.emplace(now_us + delay_us, message);
    }
  }
  void deliver(std::int64_t now_us, const std::function<void(wire::Message)>& take) {
    while (!on_the_way_.empty() && on_the_way_.begin()->first <= now_us) {
      auto message = wire::decode_message(on_the_way_.begin()->second);
      BOOST_REQUIRE(message.has_value());
      on_the_way_.erase(on_the_way_.begin());
      take(std::move(*message));
    }
  }

 private:
  bool chance(double share) { return std::uniform_real_distribution<>()(random_) < share; }

  std::mt19937 random_;
  double loss_;
  std::multimap<std::int64_t, Bytes> on_the_way_;
};

Bytes picture(std::uint64_t frame_id, std::size_t bytes) {
  Bytes out(bytes);
  std::mt19937 random(static_cast<std::uint32_t>(frame_id));
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random());
  return out;
}

struct Outcome {
  int delivered = 0;
  int after_the_start = 0;
  std::uint64_t last = 0;
};

// A host that answers NACKs and key frame requests, a viewer that reassembles.
Outcome stream(std::uint32_t seed, double loss, int frames) {
  BadLink down(seed, loss);
  BadLink up(seed + 1000, loss);
  RetransmitBuffer kept;
  Reassembler viewer;
  Outcome outcome;
  bool key_wanted = true;
  std::uint64_t frame_id = 0;
  std::int64_t asked_key_us = -1'000'000;
  for (std::int64_t now_us = 0; now_us < (frames + 60) * 16'000; now_us += 1000) {
    if (now_us % 16'000 == 0 && frame_id < static_cast<std::uint64_t>(frames)) {
      ++frame_id;
      const Bytes bytes = picture(frame_id, key_wanted ? 60'000 : 4'000);
      auto pieces = packetize({frame_id, key_wanted, now_us, 64, 64, bytes});
      for (const Bytes& piece : pieces) down.send(now_us, piece);
      kept.keep(frame_id, std::move(pieces));
      key_wanted = false;
    }
    up.deliver(now_us, [&](const wire::Message& message) {
      if (const auto* request = std::get_if<wire::KeyframeRequest>(&message)) {
        key_wanted = key_wanted || request->after_frame_id + 1 <= frame_id;
      }
      const auto* nack = std::get_if<wire::Nack>(&message);
      for (std::size_t i = 0; nack != nullptr && i < nack->missing.size(); ++i) {
        if (const Bytes* piece = kept.find(nack->frame_id, nack->missing[i])) {
          down.send(now_us, *piece);
        }
      }
    });
    down.deliver(now_us, [&](wire::Message message) {
      for (auto& whole : viewer.add(std::move(std::get<wire::VideoFragment>(message)), now_us)) {
        BOOST_TEST(whole.bytes == picture(whole.frame_id, whole.bytes.size()));
        BOOST_TEST((whole.key || whole.frame_id == outcome.last + 1), "the chain is broken");
        BOOST_TEST(whole.frame_id > outcome.last);
        outcome.last = whole.frame_id;
        ++outcome.delivered;
      }
    });
    for (const auto& nack : viewer.missing(now_us)) up.send(now_us, wire::encode_message(nack));
    if (viewer.needs_key_frame(now_us) && now_us - asked_key_us >= 100'000) {
      asked_key_us = now_us;
      up.send(now_us, wire::encode_message(wire::KeyframeRequest{viewer.last_delivered()}));
    }
  }
  return outcome;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_frame_is_cut_into_packets_that_fit) {
  for (const std::size_t size :
       {std::size_t{1}, kFragmentBytesMax, kFragmentBytesMax + 1, std::size_t{350'000}}) {
    const Bytes bytes = picture(1, size);
    const auto pieces = packetize({1, true, 0, 64, 64, bytes});
    for (const Bytes& piece : pieces) BOOST_TEST(piece.size() <= kPlainBytesMax);
    Reassembler viewer;
    std::vector<WholeFrame> whole;
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
      auto fragment = std::get<wire::VideoFragment>(*wire::decode_message(*piece));
      for (auto& frame : viewer.add(std::move(fragment), 0)) whole.push_back(std::move(frame));
    }
    BOOST_REQUIRE(whole.size() == 1u);
    BOOST_TEST((whole[0].bytes == bytes));
  }
  BOOST_TEST(packetize({1, true, 0, 64, 64, {}}).empty());
}

BOOST_AUTO_TEST_CASE(over_a_clean_but_reordering_link_every_frame_arrives) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    const Outcome outcome = stream(seed, 0.0, 100);
    BOOST_TEST(outcome.delivered == 100, "seed " << seed << ": " << outcome.delivered);
  }
}

BOOST_AUTO_TEST_CASE(over_a_link_that_loses_a_fifth_frames_keep_coming) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    const Outcome outcome = stream(seed, 0.2, 200);
    BOOST_TEST(outcome.delivered >= 60, "seed " << seed << ": " << outcome.delivered);
    BOOST_TEST(outcome.last >= 190u, "seed " << seed << ": " << outcome.last);
  }
}

BOOST_AUTO_TEST_CASE(inputs_arrive_once_in_order_over_a_link_that_loses_a_third) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    BadLink up(seed, 0.33);
    BadLink down(seed + 500, 0.33);
    InputSender sender;
    InputReceiver receiver;
    std::vector<std::uint32_t> arrived;
    constexpr std::uint32_t kInputs = 500;
    std::uint32_t pushed = 0;
    std::int64_t now_us = 0;
    for (; sender.acknowledged() < kInputs && now_us < 60'000'000; now_us += 1000) {
      if (pushed < kInputs) {
        ++pushed;
        BOOST_REQUIRE(sender.push(Key{pushed, true}));
      }
      if (auto batch = sender.next_batch(now_us, 20'000)) {
        up.send(now_us, wire::encode_message(*batch));
      }
      up.deliver(now_us, [&](wire::Message message) {
        for (const auto& event : receiver.take(std::move(std::get<wire::InputBatch>(message)))) {
          arrived.push_back(std::get<Key>(event).keysym);
        }
        down.send(now_us, wire::encode_message(wire::InputAck{receiver.taken()}));
      });
      down.deliver(now_us, [&](const wire::Message& message) {
        sender.acknowledge(std::get<wire::InputAck>(message).up_to);
      });
    }
    BOOST_REQUIRE(arrived.size() == kInputs);
    for (std::uint32_t i = 0; i < kInputs; ++i) BOOST_REQUIRE(arrived[i] == i + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_viewer_cannot_be_made_to_hoard) {
  Reassembler viewer;
  for (std::uint64_t frame_id = 1; frame_id < 20'000; ++frame_id) {
    viewer.add({frame_id, 0, wire::kFragmentsMax, false, 0, 64, 64, Bytes(1000)}, 0);
  }
  BOOST_TEST(viewer.needs_key_frame(0));
  const auto whole = viewer.add({30'000, 0, 1, true, 0, 64, 64, {1}}, 0);
  BOOST_TEST(whole.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_of_what_was_never_sent_is_ignored) {
  InputSender sender;
  sender.push(Key{1, true});
  sender.acknowledge(5);
  BOOST_TEST(sender.acknowledged() == 0u);
  sender.acknowledge(1);
  BOOST_TEST(sender.acknowledged() == 1u);
}
