// Stands between guest and media host and keeps the pictures that go by, when asked to.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "media/color_convert.h"
#include "media/frame_source.h"

namespace rookery::bench {

// Outlives the source that it wraps.
class FrameRecorder {
 public:
  std::unique_ptr<media::FrameSource> around(std::unique_ptr<media::FrameSource> source);

  void begin();
  std::size_t size() const;
  // Stops and hands over.
  std::vector<media::I420Frame> take();
  // What recording took from the pipeline's thread since begin(); not the media host's work.
  double cpu_us() const;

 private:
  class Tap;
  void saw(const media::FrameView& frame);

  mutable std::mutex mutex_;
  bool recording_ = false;
  double cpu_us_ = 0;
  std::vector<media::I420Frame> pictures_;
};

}  // namespace rookery::bench
