// A guest in memory: a TestScreen as FrameSource and a notebook as InputSink.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "media/frame_source.h"
#include "media/input_sink.h"
#include "tests/unit/media/test_screen.h"

namespace rookery::media {

// Thread-safe; outlives the source and sink made from it.
class MemoryGuest {
 public:
  MemoryGuest(int width_px, int height_px, std::uint32_t seed);
  ~MemoryGuest();
  MemoryGuest(const MemoryGuest&) = delete;
  MemoryGuest& operator=(const MemoryGuest&) = delete;

  std::unique_ptr<FrameSource> source();
  std::unique_ptr<InputSink> sink();

  // Changes the screen; delivers at once if a frame is asked for.
  void draw(const std::function<void(TestScreen&)>& change);
  // What the screen shows now.
  I420Frame picture() const;

  // What is copied there, and how often somebody asked.
  void copy(ClipboardText copied);
  int clipboard_asked() const;
  // What a sink that is made from now on knows of inputs before it.
  void remember(std::vector<InputNumber> known);
  InputNumber last_number() const;  // of the inputs

  std::vector<InputEvent> inputs() const;
  std::uint64_t frames_taken() const;
  std::uint64_t frames_asked() const;
  bool source_destroyed() const;

 private:
  class Source;
  class Sink;
  void deliver_locked();

  mutable std::mutex mutex_;
  const int event_fd_;
  TestScreen screen_;
  bool dirty_ = false;
  bool asked_ = false;
  bool full_ = false;
  bool delivered_ = false;
  bool source_destroyed_ = false;
  std::uint64_t frames_asked_ = 0;
  std::uint64_t frames_taken_ = 0;
  std::int64_t dirty_since_us_ = 0;
  std::vector<std::uint8_t> shown_;  // what the last delivered view points into
  FrameView view_;
  std::vector<InputEvent> inputs_;
  InputNumber last_number_;
  std::vector<InputNumber> known_;
  ClipboardText copied_;
  int clipboard_asked_ = 0;
  bool clipboard_due_ = false;
};

}  // namespace rookery::media
