#include "tools/rookery/view/script_runner.h"

#include <algorithm>
#include <string>

namespace rookery::tool {
namespace {

constexpr std::int64_t kTapMs = 60;
constexpr std::int64_t kSwipeStepMs = 16;
constexpr std::int64_t kBetweenKeysMs = 10;
constexpr std::int64_t kReconnectMsMax = 30'000;

class Runner {
 public:
  Runner(Screen& screen, const InputSender& send) : screen_(screen), send_(send) {}

  Status operator()(const script::Tap& tap) {
    if (auto ready = before_input({tap.at}); !ready) return ready;
    touch(TouchPhase::kDown, tap.at);
    screen_.wait(kTapMs);
    touch(TouchPhase::kUp, tap.at);
    return Done{};
  }
  Status operator()(const script::Swipe& swipe);
  Status operator()(const script::ScrollBy& scroll) {
    if (auto ready = before_input({scroll.at}); !ready) return ready;
    send_(Scroll{scroll.at, scroll.dx, scroll.dy});
    screen_.note_input();
    return Done{};
  }
  Status operator()(const script::TypeText& text);
  Status operator()(const script::PressKey& key);
  Status operator()(const script::Wait& wait) { return unless_stopped(screen_.wait(wait.ms)); }
  Status operator()(const script::WaitChange& wait) {
    const std::uint64_t since = input_pending_ ? changes_before_input_ : screen_.changes();
    input_pending_ = false;
    if (screen_.wait_change(since, wait.ms_max)) return Done{};
    return Error{"the picture did not change within " + std::to_string(wait.ms_max) + " ms"};
  }
  Status operator()(const script::WaitStill& wait) {
    if (screen_.wait_still(wait.ms, wait.ms_max)) return Done{};
    return Error{"the picture was not still for " + std::to_string(wait.ms) + " ms within " +
                 std::to_string(wait.ms_max) + " ms"};
  }
  Status operator()(const script::SavePng& png) { return write_png(screen_.newest(), png.file); }

 private:
  // Remembers the picture before an input, so that a change is seen however fast it comes.
  Status before_input(const std::vector<Point>& points) {
    if (!screen_.wait_live(kReconnectMsMax)) return Error{"the phone's stream did not come back"};
    const Picture picture = screen_.newest();
    for (const Point& point : points) {
      if (point.x < picture.width_px && point.y < picture.height_px) continue;
      return Error{"the point " + std::to_string(point.x) + " " + std::to_string(point.y) +
                   " lies outside the screen of " + std::to_string(picture.width_px) + " x " +
                   std::to_string(picture.height_px)};
    }
    changes_before_input_ = screen_.changes();
    input_pending_ = true;
    return Done{};
  }
  void touch(TouchPhase phase, Point at) {
    send_(Touch{0, phase, at});
    screen_.note_input();
  }
  static Status unless_stopped(bool done) {
    return done ? Status(Done{}) : Status(Error{"stopped before the script's end"});
  }

  Screen& screen_;
  const InputSender& send_;
  std::uint64_t changes_before_input_ = 0;
  bool input_pending_ = false;
};

Status Runner::operator()(const script::Swipe& swipe) {
  if (auto ready = before_input({swipe.from, swipe.to}); !ready) return ready;
  const std::int64_t steps = std::max<std::int64_t>(swipe.duration_ms / kSwipeStepMs, 1);
  touch(TouchPhase::kDown, swipe.from);
  for (std::int64_t step = 1; step <= steps; ++step) {
    if (!screen_.wait(swipe.duration_ms * step / steps - swipe.duration_ms * (step - 1) / steps)) {
      break;
    }
    const auto between = [&](std::int64_t from, std::int64_t to) {
      return static_cast<std::uint16_t>(from + (to - from) * step / steps);
    };
    touch(TouchPhase::kMove,
          {between(swipe.from.x, swipe.to.x), between(swipe.from.y, swipe.to.y)});
  }
  touch(TouchPhase::kUp, swipe.to);
  return Done{};
}

Status Runner::operator()(const script::TypeText& text) {
  if (auto ready = before_input({}); !ready) return ready;
  std::string_view rest = text.utf8;
  const bool pieces = rest.size() > kTextBytesMax;  // then they are one paste
  while (!rest.empty()) {
    std::size_t size = std::min(rest.size(), kTextBytesMax);
    // Never in the middle of a character.
    while (size < rest.size() && size > 1 && (rest[size] & 0xc0) == 0x80) --size;
    std::string piece(rest.substr(0, size));
    rest.remove_prefix(size);
    send_(Text{std::move(piece), pieces, pieces && rest.empty()});
  }
  screen_.note_input();
  return Done{};
}

Status Runner::operator()(const script::PressKey& key) {
  if (auto ready = before_input({}); !ready) return ready;
  for (const auto keysym : key.keysyms) send_(Key{keysym, true});
  screen_.wait(kBetweenKeysMs);
  for (auto at = key.keysyms.rbegin(); at != key.keysyms.rend(); ++at) send_(Key{*at, false});
  screen_.note_input();
  return Done{};
}

}  // namespace

Status run_script(const std::vector<script::Line>& lines, Screen& screen, const InputSender& send) {
  Runner runner(screen, send);
  for (const auto& line : lines) {
    const auto status = std::visit(runner, line.action);
    if (!status)
      return Error{"line " + std::to_string(line.number) + ": " + status.error().message};
  }
  return Done{};
}

}  // namespace rookery::tool
