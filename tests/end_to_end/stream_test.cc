// A guest's pictures reach a client: sandbox, X server, agent, media host, UDP, decoder.
#include <boost/test/unit_test.hpp>

#include "tests/bench/pattern_stream.h"

using namespace rookery;
using namespace rookery::bench;

namespace {

constexpr std::size_t kFrames = 60;
constexpr std::chrono::seconds kPatience{120};

void choose(PatternStream& stream, Workload workload) {
  const Status chosen = stream.choose(workload);
  BOOST_REQUIRE_MESSAGE(chosen.ok(), (chosen ? "" : chosen.error().message));
}

void check_order(const std::vector<ShownFrame>& frames, Workload workload) {
  std::int64_t drawn_us = 0;
  for (const ShownFrame& frame : frames) {
    BOOST_TEST((frame.code.workload == workload));
    BOOST_TEST(frame.code.drawn_us > drawn_us);
    BOOST_TEST(frame.code.drawn_us < frame.decoded_us);
    drawn_us = frame.code.drawn_us;
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_guest_draws_is_what_a_client_sees) {
  PatternStream::Options options;
  options.programs = ROOKERY_BIN;
  auto started = PatternStream::start(options);
  BOOST_REQUIRE_MESSAGE(started.ok(), (started ? "" : started.error().message));
  PatternStream& stream = **started;
  // From one to the next the whole screen changes, as between two apps.
  for (const Workload workload : {Workload::kTyping, Workload::kHalfScreen, Workload::kScroll}) {
    choose(stream, workload);
    BOOST_REQUIRE(stream.wait_for_frames(kFrames, kPatience));
    check_order(stream.frames(), workload);
    choose(stream, Workload::kIdle);
  }
  BOOST_TEST(stream.unreadable() == 0U);
}
