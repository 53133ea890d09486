// A viewer's fingers, from the client through the media host to programs in the guest.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "tests/bench/pattern_stream.h"

using namespace rookery;
using namespace rookery::bench;

namespace {

constexpr std::chrono::seconds kPatience{120};
constexpr Point kUpperLeft{200, 300}, kUpperRight{500, 320}, kLowerLeft{100, 900},
    kLowerRight{600, 1000};

// What came to the guest's program so far.
class Touches {
 public:
  explicit Touches(std::filesystem::path file) : file_(std::move(file)) {}

  // Waits for these lines, with touches numbered from 1 in the order of their beginnings; how often
  // a finger moved on its way does not matter.
  bool are(const std::vector<std::string>& wanted) const {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (lines() != wanted && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    const auto last = lines();
    if (last != wanted) {
      for (const std::string& line : last) BOOST_TEST_MESSAGE(line);
    }
    return last == wanted;
  }

 private:
  std::vector<std::string> lines() const {
    std::ifstream in(file_);
    std::map<std::string, std::size_t> numbers;
    std::map<std::string, std::size_t> moves;  // where the latest of each is
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string what, id, rest;
      words >> what;
      if (what != "begin" && what != "update" && what != "end") {
        out.push_back(line);
        continue;
      }
      words >> id;
      std::getline(words, rest);
      const std::size_t number = numbers.try_emplace(id, numbers.size() + 1).first->second;
      const std::string known = what + " " + std::to_string(number);
      if (what == "update" && moves.contains(known)) {
        out[moves[known]] = known + rest;
        continue;
      }
      moves[known] = out.size();
      out.push_back(known + rest);
    }
    return out;
  }

  std::filesystem::path file_;
};

std::unique_ptr<PatternStream> start_watching() {
  PatternStream::Options options;
  options.programs = ROOKERY_BIN;
  options.images = ROOKERY_TESTS "/end_to_end/images";
  options.image = "touches";
  auto started = PatternStream::start(options);
  BOOST_REQUIRE_MESSAGE(started.ok(), (started ? "" : started.error().message));
  return std::move(*started);
}

Point moved(Point from, int dx, int dy) {
  return {static_cast<std::uint16_t>(from.x + dx), static_cast<std::uint16_t>(from.y + dy)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_fingers_move_apart_and_a_viewer_who_leaves_lifts_them) {
  const auto stream = start_watching();
  const Touches touches(stream->home() / "touches");
  BOOST_REQUIRE(touches.are({"ready"}));
  stream->send(Touch{0, TouchPhase::kDown, kUpperLeft});
  stream->send(Touch{1, TouchPhase::kDown, kUpperRight});
  for (int step = 1; step <= 10; ++step) {
    stream->send(Touch{0, TouchPhase::kMove, moved(kUpperLeft, -10 * step, -5 * step)});
    stream->send(Touch{1, TouchPhase::kMove, moved(kUpperRight, 10 * step, 5 * step)});
  }
  std::vector<std::string> wanted{"ready", "begin 1 200 300", "begin 2 500 320", "update 1 100 250",
                                  "update 2 600 370"};
  BOOST_REQUIRE(touches.are(wanted));
  stream->disconnect();
  // Each is lifted in the corner.
  wanted[3] = "update 1 719 1279";
  wanted[4] = "update 2 719 1279";
  wanted.insert(wanted.end(), {"end 1 719 1279", "end 2 719 1279"});
  BOOST_TEST(touches.are(wanted));
}

BOOST_AUTO_TEST_CASE(old_programs_get_one_click_of_each_tap_and_the_mouse_stays_a_mouse) {
  const auto stream = start_watching();
  const Touches touches(stream->home() / "touches");
  BOOST_REQUIRE(touches.are({"ready"}));
  stream->send(Touch{0, TouchPhase::kDown, kLowerLeft});
  stream->send(Touch{1, TouchPhase::kDown, kLowerRight});
  stream->send(Touch{0, TouchPhase::kUp, kLowerLeft});
  stream->send(Touch{1, TouchPhase::kUp, kLowerRight});
  std::vector<std::string> wanted{"ready", "press 100 900", "release 100 900", "press 600 1000",
                                  "release 600 1000"};
  BOOST_TEST(touches.are(wanted));
  stream->send(Touch{kMouse, TouchPhase::kDown, kUpperLeft});
  stream->send(Touch{kMouse, TouchPhase::kUp, kUpperLeft});
  wanted.insert(wanted.end(), {"press 200 300", "release 200 300"});
  BOOST_TEST(touches.are(wanted));
  stream->send(Touch{0, TouchPhase::kDown, kUpperRight});
  stream->send(Touch{0, TouchPhase::kUp, kUpperRight});
  wanted.insert(wanted.end(), {"begin 1 500 320", "end 1 500 320"});
  BOOST_TEST(touches.are(wanted));
  // Two that stay are there together.
  stream->send(Touch{0, TouchPhase::kDown, kUpperLeft});
  stream->send(Touch{1, TouchPhase::kDown, kUpperRight});
  wanted.insert(wanted.end(), {"begin 2 200 300", "begin 3 500 320"});
  BOOST_TEST(touches.are(wanted));
}
