#include "tests/unit/media/memory_guest.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "media/media_clock.h"

namespace rookery::media {

class MemoryGuest::Source final : public FrameSource {
 public:
  explicit Source(MemoryGuest& guest) : guest_(guest) {}
  ~Source() override {
    const std::lock_guard lock(guest_.mutex_);
    guest_.source_destroyed_ = true;
  }
  void request_frame(bool full) override {
    const std::lock_guard lock(guest_.mutex_);
    ++guest_.frames_asked_;
    guest_.asked_ = true;
    guest_.full_ |= full;
    guest_.deliver_locked();
  }
  int event_fd() const override { return guest_.event_fd_; }
  bool take_frame(FrameView& frame) override {
    const std::lock_guard lock(guest_.mutex_);
    if (!guest_.delivered_) return false;
    guest_.delivered_ = false;
    eventfd_t count = 0;
    eventfd_read(guest_.event_fd_, &count);
    ++guest_.frames_taken_;
    frame = guest_.view_;
    return true;
  }
  bool ended() const override { return false; }
  void request_clipboard() override {
    const std::lock_guard lock(guest_.mutex_);
    ++guest_.clipboard_asked_;
    guest_.clipboard_due_ = true;
    eventfd_write(guest_.event_fd_, 1);
  }
  std::optional<ClipboardText> take_clipboard() override {
    const std::lock_guard lock(guest_.mutex_);
    if (!std::exchange(guest_.clipboard_due_, false)) return std::nullopt;
    eventfd_t count = 0;
    if (!guest_.delivered_) eventfd_read(guest_.event_fd_, &count);
    return guest_.copied_;
  }

 private:
  MemoryGuest& guest_;
};

class MemoryGuest::Sink final : public InputSink {
 public:
  explicit Sink(MemoryGuest& guest) : guest_(guest) {}
  void inject(const InputEvent& event, const InputNumber& number) override {
    const std::lock_guard lock(guest_.mutex_);
    guest_.inputs_.push_back(event);
    guest_.last_number_ = number;
  }
  std::vector<InputNumber> known() const override {
    const std::lock_guard lock(guest_.mutex_);
    return guest_.known_;
  }

 private:
  MemoryGuest& guest_;
};

MemoryGuest::MemoryGuest(int width_px, int height_px, std::uint32_t seed)
    : event_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), screen_(width_px, height_px, seed) {}

MemoryGuest::~MemoryGuest() { close(event_fd_); }

void MemoryGuest::copy(ClipboardText copied) {
  const std::lock_guard lock(mutex_);
  copied_ = std::move(copied);
}

int MemoryGuest::clipboard_asked() const {
  const std::lock_guard lock(mutex_);
  return clipboard_asked_;
}

void MemoryGuest::remember(std::vector<InputNumber> known) {
  const std::lock_guard lock(mutex_);
  known_ = std::move(known);
}

InputNumber MemoryGuest::last_number() const {
  const std::lock_guard lock(mutex_);
  return last_number_;
}

std::unique_ptr<FrameSource> MemoryGuest::source() { return std::make_unique<Source>(*this); }
std::unique_ptr<InputSink> MemoryGuest::sink() { return std::make_unique<Sink>(*this); }

void MemoryGuest::draw(const std::function<void(TestScreen&)>& change) {
  const std::lock_guard lock(mutex_);
  change(screen_);
  if (!dirty_) dirty_since_us_ = monotonic_us();
  dirty_ = true;
  deliver_locked();
}

void MemoryGuest::deliver_locked() {
  if (!asked_ || delivered_ || (!dirty_ && !full_)) return;
  if (full_) screen_.damage_all();
  view_ = screen_.view(dirty_ ? dirty_since_us_ : monotonic_us());
  // The view must stay as it is while the screen goes on changing.
  shown_.assign(view_.bgrx, view_.bgrx + std::size_t{view_.stride_bytes} * view_.height_px);
  view_.bgrx = shown_.data();
  asked_ = full_ = dirty_ = false;
  delivered_ = true;
  eventfd_write(event_fd_, 1);
}

I420Frame MemoryGuest::picture() const {
  const std::lock_guard lock(mutex_);
  TestScreen copy = screen_;
  return converted(copy.view(0));
}

std::vector<InputEvent> MemoryGuest::inputs() const {
  const std::lock_guard lock(mutex_);
  return inputs_;
}

std::uint64_t MemoryGuest::frames_taken() const {
  const std::lock_guard lock(mutex_);
  return frames_taken_;
}

std::uint64_t MemoryGuest::frames_asked() const {
  const std::lock_guard lock(mutex_);
  return frames_asked_;
}

bool MemoryGuest::source_destroyed() const {
  const std::lock_guard lock(mutex_);
  return source_destroyed_;
}

}  // namespace rookery::media
