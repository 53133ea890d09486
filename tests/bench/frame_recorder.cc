#include "tests/bench/frame_recorder.h"

#include <utility>

#include "tests/bench/cpu_time.h"

namespace rookery::bench {

class FrameRecorder::Tap final : public media::FrameSource {
 public:
  Tap(FrameRecorder& recorder, std::unique_ptr<media::FrameSource> source)
      : recorder_(recorder), source_(std::move(source)) {}
  void request_frame(bool full) override { source_->request_frame(full); }
  int event_fd() const override { return source_->event_fd(); }
  short wanted_events() const override { return source_->wanted_events(); }
  bool ended() const override { return source_->ended(); }
  bool take_frame(media::FrameView& frame) override {
    if (!source_->take_frame(frame)) return false;
    recorder_.saw(frame);
    return true;
  }

 private:
  FrameRecorder& recorder_;
  std::unique_ptr<media::FrameSource> source_;
};

std::unique_ptr<media::FrameSource> FrameRecorder::around(
    std::unique_ptr<media::FrameSource> source) {
  return std::make_unique<Tap>(*this, std::move(source));
}

void FrameRecorder::begin() {
  const std::lock_guard lock(mutex_);
  recording_ = true;
  cpu_us_ = 0;
  pictures_.clear();
}

std::size_t FrameRecorder::size() const {
  const std::lock_guard lock(mutex_);
  return pictures_.size();
}

std::vector<media::I420Frame> FrameRecorder::take() {
  const std::lock_guard lock(mutex_);
  recording_ = false;
  return std::exchange(pictures_, {});
}

double FrameRecorder::cpu_us() const {
  const std::lock_guard lock(mutex_);
  return cpu_us_;
}

void FrameRecorder::saw(const media::FrameView& frame) {
  const std::lock_guard lock(mutex_);
  if (!recording_) return;
  const double begin_us = own_cpu_us();
  media::DamageMap damage(frame.width_px, frame.height_px);
  if (pictures_.empty()) {
    pictures_.emplace_back(frame.width_px, frame.height_px);
    damage.add_all();
  } else {
    pictures_.push_back(pictures_.back());
    for (const Rectangle& rectangle : frame.damage) damage.add(rectangle);
  }
  media::convert_damaged(frame, damage, pictures_.back());
  cpu_us_ += own_cpu_us() - begin_us;
}

}  // namespace rookery::bench
