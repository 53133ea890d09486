#include "tools/rookery/view/stream_link.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <vector>

#include "tests/unit/rookery_tool/small_server.h"
#include "tools/rookery/json.h"

using namespace rookery;
using namespace rookery::tool;

namespace {

constexpr std::int64_t kGenerousMs = 60'000;
const EntityId kPhone = make_entity_id(EntityKind::kPhone, {1});

// The host's side of the test: what the link connected to, and a hand on its callbacks.
struct Host {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<media::ClientCallbacks> clients;
  std::vector<InputEvent> inputs;
  bool reachable = true;
  bool acknowledges = true;

  class Client final : public media::StreamClient {
   public:
    explicit Client(Host& host) : host_(host) {}
    void send(const InputEvent& event) override {
      const std::lock_guard lock(host_.mutex);
      host_.inputs.push_back(event);
      ++sent_;
    }
    media::ClientStatistics statistics() const override {
      media::ClientStatistics statistics;
      statistics.frames_decoded = 5;
      const std::lock_guard lock(host_.mutex);
      statistics.inputs_sent = sent_;
      statistics.inputs_acknowledged = host_.acknowledges ? sent_ : 0;
      statistics.round_trip_us = 300;
      return statistics;
    }

   private:
    Host& host_;
    std::uint64_t sent_ = 0;
  };

  StreamConnector connector() {
    return [this](const media::Invitation&, media::ClientCallbacks callbacks,
                  std::int64_t) -> Result<std::unique_ptr<media::StreamClient>> {
      const std::lock_guard lock(mutex);
      if (!reachable) return Error{"nobody answers"};
      clients.push_back(std::move(callbacks));
      changed.notify_all();
      return std::unique_ptr<media::StreamClient>(std::make_unique<Client>(*this));
    };
  }
  bool wait_clients(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::milliseconds(kGenerousMs),
                            [&] { return clients.size() >= count; });
  }
  void show(std::size_t client, std::int64_t captured_us, std::int64_t decoded_us) {
    const std::uint8_t grey[4] = {90, 90, 90, 90};
    media::DecodedFrame frame;
    frame.width_px = frame.height_px = 2;
    frame.planes[0] = frame.planes[1] = frame.planes[2] = grey;
    frame.strides_bytes[0] = 2;
    frame.strides_bytes[1] = frame.strides_bytes[2] = 1;
    frame.captured_us = captured_us;
    frame.decoded_us = decoded_us;
    clients.at(client).on_frame(frame);
  }
};

struct Fixture {
  std::atomic<unsigned> status{201};
  SmallServer server{[this](const SmallRequest&) {
    return SmallAnswer{status, to_line({{"id", "session/x"},
                                        {"ticket", std::string(26, '0')},
                                        {"ticket_key", std::string(43, 'A')},
                                        {"server_public_key", std::string(43, 'A')},
                                        {"media_address", "127.0.0.1:9"},
                                        {"error", {{"message", "because"}}}})};
  }};
  Host host;
  Screen screen{true};
  StreamLink link{Api(parse_server_address(server.url()).value(), "t"),
                  host.connector(),
                  kPhone,
                  true,
                  screen,
                  nullptr};
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_refused_first_session_is_an_error, Fixture) {
  status = 409;
  const auto started = link.start();
  BOOST_REQUIRE(!started.ok());
  BOOST_TEST(started.error().message == "because");
  BOOST_TEST(server.requests().at(0).method == "POST");
  BOOST_TEST(server.requests().at(0).body == "{\"control\":true}");
}

BOOST_FIXTURE_TEST_CASE(a_broken_stream_comes_back_and_the_figures_add_up, Fixture) {
  BOOST_REQUIRE(link.start().ok());
  host.show(0, 1'000, 9'000);
  BOOST_TEST(screen.wait_live(kGenerousMs));
  host.clients[0].on_ended("silence");
  BOOST_TEST(!screen.wait_live(0));
  link.send(Key{1, true});
  BOOST_TEST(host.inputs.empty());
  BOOST_REQUIRE(host.wait_clients(2));
  while (link.statistics().sessions < 2) std::this_thread::yield();
  host.show(1, 1'000, 11'000);
  BOOST_TEST(screen.wait_live(kGenerousMs));
  const auto statistics = link.statistics();
  BOOST_TEST(statistics.sessions == 2u);
  BOOST_TEST(statistics.join_ms >= 1);
  BOOST_TEST(statistics.client.frames_decoded == 10u);
  BOOST_TEST(statistics.client.round_trip_us == 300u);
  BOOST_TEST(statistics.glass_to_glass.percentile_ms(0.5).value() == 8.0);
  BOOST_TEST(statistics.glass_to_glass.percentile_ms(1.0).value() == 10.0);
  BOOST_TEST(link.trouble() == "");
  link.send(Key{1, true});
  BOOST_TEST(host.inputs.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(inputs_that_nobody_acknowledged_are_not_called_delivered, Fixture) {
  std::vector<std::string> told;
  link.on_trouble([&](const auto& reason) { told.push_back(reason.value_or("back")); });
  BOOST_REQUIRE(link.start().ok());
  host.show(0, 1'000, 9'000);
  link.send(Key{1, true});
  BOOST_TEST(link.wait_delivered(kGenerousMs) == 0u);
  host.acknowledges = false;
  link.send(Key{1, false});
  host.clients[0].on_ended("silence");
  link.send(Key{2, true});
  BOOST_TEST(link.wait_delivered(0) == 3u);
  BOOST_REQUIRE(host.wait_clients(2));
  while (link.statistics().sessions < 2) std::this_thread::yield();
  host.show(1, 1'000, 11'000);
  const std::vector<std::string> expected{"silence", "back"};
  BOOST_TEST(told == expected, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(it_is_tried_again_while_the_server_is_not_ready, Fixture) {
  BOOST_REQUIRE(link.start().ok());
  status = 409;
  host.clients[0].on_ended("silence");
  while (server.requests().size() < 3) std::this_thread::yield();
  BOOST_TEST(!link.given_up().has_value());
  status = 201;
  BOOST_TEST(host.wait_clients(2));
}

BOOST_FIXTURE_TEST_CASE(it_gives_up_when_it_may_no_longer, Fixture) {
  BOOST_REQUIRE(link.start().ok());
  host.show(0, 1, 2);
  status = 403;
  host.clients[0].on_ended("silence");
  BOOST_TEST(!screen.wait(kGenerousMs));  // the screen is stopped
  BOOST_REQUIRE(link.given_up().has_value());
  BOOST_TEST(link.given_up()->message == "because");
}

BOOST_FIXTURE_TEST_CASE(a_session_that_a_person_ended_stays_ended, Fixture) {
  BOOST_REQUIRE(link.start().ok());
  host.show(0, 1, 2);
  host.clients[0].on_ended("closed over the API");
  BOOST_TEST(!screen.wait(kGenerousMs));
  BOOST_TEST(link.given_up().has_value());
  BOOST_TEST(server.requests().size() == 1u);
}
