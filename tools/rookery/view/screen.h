// The newest picture of a phone, and whether it changes. Only the newest is kept.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

#include "tools/rookery/view/picture.h"

namespace rookery::tool {

// Thread-safe. Waits end early, with false, when the person interrupts or `stop()` was called.
class Screen {
 public:
  // With `watch_changes` every picture is compared with the last visibly different one.
  explicit Screen(bool watch_changes) : watch_changes_(watch_changes) {}

  void show(const media::DecodedFrame& frame);
  // Called after each picture, from the thread that showed it; must not block.
  void on_picture(std::function<void()> listener);
  // While the stream is broken nothing counts as still.
  void set_live(bool live);
  // The person or a script did something: stillness counts from now.
  void note_input();
  void stop();

  // Copies the newest picture unless it is the one numbered `seen`.
  bool take(Picture& picture, std::uint64_t& seen) const;
  Picture newest() const;
  std::uint64_t changes() const;

  bool wait_picture(std::int64_t ms_max);
  // Until changes() exceeds `since`.
  bool wait_change(std::uint64_t since, std::int64_t ms_max);
  bool wait_still(std::int64_t ms, std::int64_t ms_max);
  bool wait_live(std::int64_t ms_max);
  // Lets time pass.
  bool wait(std::int64_t ms);

 private:
  bool wait_until(std::int64_t ms_max, const std::function<bool(std::int64_t now_us)>& reached);

  const bool watch_changes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> listener_;
  Picture newest_;
  Picture reference_;
  std::uint64_t pictures_ = 0;
  std::uint64_t changes_ = 0;
  std::int64_t restless_us_ = 0;  // when something last changed or was done, CLOCK_MONOTONIC
  bool live_ = false;
  bool stopped_ = false;
};

}  // namespace rookery::tool
