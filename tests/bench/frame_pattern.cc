// rookery-frame-pattern: a full-screen picture that says in itself when it was drawn
// (frame_code.h), in workloads. A tap chooses one: the upper fifth of the screen is the first,
// and so on.
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "tests/bench/frame_code.h"
#include "tests/bench/pattern_canvas.h"

namespace rookery::bench {
namespace {

constexpr std::int64_t kFrameUs = 16'667;
constexpr std::int64_t kTypingUs = 50'000;
constexpr std::int64_t kVideoUs = 33'333;
constexpr std::uint32_t kInk = 0x202020;
constexpr std::uint32_t kPaper = 0xf4f4f4;
// A letter: 5x7 dots of 2x2 pixels in a cell of 12x20.
constexpr int kDotPx = 2;
constexpr int kLetterWidth = 12;
constexpr int kLetterHeight = 20;
constexpr int kTop = 32;  // the code's rows of macroblocks, and one of distance
constexpr int kScrollPx = 6;

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// SplitMix64 (Steele, Lea, Flood, 2014).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

class Pattern {
 public:
  // Until the X server is gone.
  int run() {
    begin(Workload::kIdle);
    while (xcb_connection_has_error(canvas_.connection()) == 0) {
      take_events();
      if (workload_ != Workload::kIdle && now_us() >= next_us_) step();
      wait();
    }
    return 1;
  }

 private:
  void take_events() {
    while (xcb_generic_event_t* raw = xcb_poll_for_event(canvas_.connection())) {
      const std::unique_ptr<xcb_generic_event_t, decltype(&std::free)> event(raw, &std::free);
      if ((event->response_type & 0x7f) != XCB_BUTTON_PRESS) continue;
      const auto* press = reinterpret_cast<const xcb_button_press_event_t*>(raw);
      const int part = press->event_y * kWorkloads / canvas_.height_px();
      begin(static_cast<Workload>(std::clamp(part, 0, kWorkloads - 1)));
    }
  }

  void wait() {
    pollfd file{xcb_get_file_descriptor(canvas_.connection()), POLLIN, 0};
    if (workload_ == Workload::kIdle) {
      ::poll(&file, 1, -1);
      return;
    }
    const std::int64_t left_us = std::max<std::int64_t>(0, next_us_ - now_us());
    const timespec timeout{0, static_cast<long>(left_us * 1000)};
    ::ppoll(&file, 1, &timeout, nullptr);
  }

  void begin(Workload workload) {
    workload_ = workload;
    const auto width = static_cast<std::uint16_t>(canvas_.width_px());
    const auto height = static_cast<std::uint16_t>(canvas_.height_px());
    canvas_.fill({0, 0, width, height}, kPaper);
    if (workload != Workload::kTyping) {
      for (int y = kTop; y < canvas_.height_px(); ++y) draw_page_row(y, y - kTop);
    }
    letters_ = 0;
    scrolled_px_ = 0;
    show({0, kTop, width, static_cast<std::uint16_t>(height - kTop)});
    next_us_ = now_us() + kTypingUs;
  }

  void step() {
    // A frame that is late is not made up for.
    next_us_ = std::max(now_us(), next_us_ + interval_us());
    if (workload_ == Workload::kTyping) show(type());
    if (workload_ == Workload::kHalfScreen) show(animate(canvas_.height_px() / 2));
    if (workload_ == Workload::kVideo) show(animate(kTop));
    if (workload_ == Workload::kScroll) show(scroll());
  }

  std::int64_t interval_us() const {
    if (workload_ == Workload::kTyping) return kTypingUs;
    return workload_ == Workload::kVideo ? kVideoUs : kFrameUs;
  }

  // The code goes in last, so that a frame that shows it shows all that was drawn with it.
  void show(const Rectangle& changed) {
    const Cells cells = cells_of({now_us(), ++number_, workload_});
    for (int i = 0; i < kCells; ++i) {
      canvas_.fill({static_cast<std::uint16_t>(i % kCellColumns * kCellPx),
                    static_cast<std::uint16_t>(i / kCellColumns * kCellPx), kCellPx, kCellPx},
                   cells[i] ? 0xffffff : 0);
    }
    canvas_.show(
        std::array<Rectangle, 2>{{changed, {0, 0, kCellColumns * kCellPx, kCellRows * kCellPx}}});
  }

  Rectangle type() {
    const int columns = canvas_.width_px() / kLetterWidth;
    const int lines = (canvas_.height_px() - kTop) / kLetterHeight;
    const int place = letters_++ % (columns * lines);
    const Rectangle where{static_cast<std::uint16_t>(place % columns * kLetterWidth),
                          static_cast<std::uint16_t>(kTop + place / columns * kLetterHeight),
                          kLetterWidth, kLetterHeight};
    for (int y = 0; y < kLetterHeight; ++y) {
      draw_letter_row(canvas_.row(where.y + y) + where.x, mixed(letters_), y);
    }
    return where;
  }

  // New colours everywhere from `top` down: a moving gradient and forty blocks.
  Rectangle animate(int top) {
    const int width = canvas_.width_px();
    const int height = canvas_.height_px() - top;
    for (int y = 0; y < height; ++y) {
      std::uint32_t* row = canvas_.row(top + y);
      for (int x = 0; x < width; ++x) {
        const auto red = static_cast<std::uint32_t>((x + number_ * 5) / 4 & 0xff);
        const auto green = static_cast<std::uint32_t>((y + number_ * 3) / 3 & 0xff);
        row[x] = red << 16 | green << 8 | ((red + green) / 2 & 0xff);
      }
    }
    for (std::uint64_t i = 0; i < 40; ++i) {
      const std::uint64_t chance = mixed(std::uint64_t{number_} << 8 | i);
      const int block_width = 20 + static_cast<int>(chance & 63);
      const int block_height = 20 + static_cast<int>(chance >> 8 & 63);
      const int x = static_cast<int>((chance >> 16 & 0xfff) % (width - block_width));
      const int y = static_cast<int>((chance >> 28 & 0xfff) % (height - block_height));
      canvas_.fill(
          {static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(top + y),
           static_cast<std::uint16_t>(block_width), static_cast<std::uint16_t>(block_height)},
          static_cast<std::uint32_t>(chance >> 40));
    }
    return {0, static_cast<std::uint16_t>(top), static_cast<std::uint16_t>(width),
            static_cast<std::uint16_t>(height)};
  }

  Rectangle scroll() {
    scrolled_px_ += kScrollPx;
    const int height = canvas_.height_px();
    std::memmove(canvas_.row(kTop), canvas_.row(kTop + kScrollPx),
                 sizeof(std::uint32_t) * std::size_t(canvas_.width_px()) *
                     std::size_t(height - kTop - kScrollPx));
    for (int y = height - kScrollPx; y < height; ++y) draw_page_row(y, y - kTop + scrolled_px_);
    return {0, kTop, static_cast<std::uint16_t>(canvas_.width_px()),
            static_cast<std::uint16_t>(height - kTop)};
  }

  // One row of pixels of an endless page of text.
  void draw_page_row(int y, int page_y) {
    std::uint32_t* row = canvas_.row(y);
    std::fill_n(row, canvas_.width_px(), kPaper);
    const auto line = static_cast<std::uint64_t>(page_y / kLetterHeight);
    for (int column = 1; column < canvas_.width_px() / kLetterWidth - 1; ++column) {
      const std::uint64_t letter = mixed(line << 16 | static_cast<std::uint64_t>(column));
      if (letter >> 60 < 3) continue;  // between words
      draw_letter_row(row + column * kLetterWidth, letter, page_y % kLetterHeight);
    }
  }

  static void draw_letter_row(std::uint32_t* at, std::uint64_t letter, int y) {
    const int dots_row = (y - 3) / kDotPx;
    if (y < 3 || dots_row >= 7) return;
    for (int x = 0; x < 5 * kDotPx; ++x) {
      if ((letter >> (dots_row * 5 + x / kDotPx) & 1) != 0) at[x] = kInk;
    }
  }

  PatternCanvas canvas_;
  Workload workload_ = Workload::kIdle;
  std::uint16_t number_ = 0;
  std::int64_t next_us_ = 0;
  int letters_ = 0;
  int scrolled_px_ = 0;
};

}  // namespace
}  // namespace rookery::bench

int main() { return rookery::bench::Pattern().run(); }
