#include "tools/rookery/view/screen.h"

#include <chrono>

#include "tools/rookery/interrupt.h"
#include "tools/rookery/time_text.h"

namespace rookery::tool {
namespace {

// How late an interrupt, or the end of a quiet time, may be noticed.
constexpr std::chrono::milliseconds kNoticeWithin{20};

}  // namespace

void Screen::show(const media::DecodedFrame& frame) {
  std::function<void()> listener;
  {
    const std::lock_guard lock(mutex_);
    newest_.assign(frame);
    ++pictures_;
    if (watch_changes_ && visibly_different(reference_, frame)) {
      reference_ = newest_;
      ++changes_;
      restless_us_ = monotonic_clock_us();
    }
    listener = listener_;
  }
  changed_.notify_all();
  if (listener) listener();
}

void Screen::on_picture(std::function<void()> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

void Screen::set_live(bool live) {
  {
    const std::lock_guard lock(mutex_);
    live_ = live;
    restless_us_ = monotonic_clock_us();
  }
  changed_.notify_all();
}

void Screen::note_input() {
  const std::lock_guard lock(mutex_);
  restless_us_ = monotonic_clock_us();
}

void Screen::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

bool Screen::take(Picture& picture, std::uint64_t& seen) const {
  const std::lock_guard lock(mutex_);
  if (pictures_ == seen) return false;
  picture = newest_;
  seen = pictures_;
  return true;
}

Picture Screen::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

std::uint64_t Screen::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

bool Screen::wait_until(std::int64_t ms_max,
                        const std::function<bool(std::int64_t now_us)>& reached) {
  const std::int64_t until_us = monotonic_clock_us() + ms_max * 1000;
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::int64_t now_us = monotonic_clock_us();
    if (stopped_ || interrupted()) return false;
    if (reached(now_us)) return true;
    if (now_us >= until_us) return false;
    const std::chrono::microseconds left(until_us - now_us);
    changed_.wait_for(lock, std::min<std::chrono::microseconds>(left, kNoticeWithin));
  }
}

bool Screen::wait_picture(std::int64_t ms_max) {
  return wait_until(ms_max, [&](std::int64_t) { return pictures_ > 0; });
}

bool Screen::wait_change(std::uint64_t since, std::int64_t ms_max) {
  return wait_until(ms_max, [&](std::int64_t) { return changes_ > since; });
}

bool Screen::wait_still(std::int64_t ms, std::int64_t ms_max) {
  return wait_until(ms_max, [&](std::int64_t now_us) {
    return live_ && pictures_ > 0 && now_us - restless_us_ >= ms * 1000;
  });
}

bool Screen::wait_live(std::int64_t ms_max) {
  return wait_until(ms_max, [&](std::int64_t) { return live_; });
}

bool Screen::wait(std::int64_t ms) {
  const std::int64_t until_us = monotonic_clock_us() + ms * 1000;
  return wait_until(ms + 1000, [&](std::int64_t now_us) { return now_us >= until_us; });
}

}  // namespace rookery::tool
