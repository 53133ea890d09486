// One phone's way of a frame, on one thread: F1 source → F2 damage → F3 convert → F5 encode →
// each viewer's F6 to F10. One encode serves all viewers. The thread sleeps while nothing changes
// or nobody watches.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "media/color_convert.h"
#include "media/damage.h"
#include "media/frame_budget.h"
#include "media/frame_source.h"
#include "media/input_sink.h"
#include "media/media_clock.h"
#include "media/phone_inbox.h"
#include "media/quality_debt.h"
#include "media/stage_times.h"
#include "media/stream_session.h"
#include "media/vpx_encoder.h"

namespace rookery::media {

class PhonePipeline {
 public:
  // Takes its messages from `inbox`.
  PhonePipeline(std::unique_ptr<FrameSource> source, std::unique_ptr<InputSink> input,
                std::shared_ptr<PhoneInbox> inbox, SessionSurroundings surroundings);
  // As stop("the host is stopping", true).
  ~PhonePipeline();
  PhonePipeline(const PhonePipeline&) = delete;
  PhonePipeline& operator=(const PhonePipeline&) = delete;

  // Ends all viewers with `reason`, destroys source and sink, returns when both are gone. `lost`:
  // the viewers may come back.
  void stop(const std::string& reason, bool lost);

  const std::shared_ptr<PhoneInbox>& inbox() const { return inbox_; }

 private:
  void run();
  void wait();
  std::int64_t next_wake_us() const;

  // In the order of the frame's way.
  void take_messages(std::int64_t now_us);
  void take(PhoneMessage& message, std::int64_t now_us);
  void join(ViewerJoin joining, std::int64_t now_us);
  void tend_viewers(std::int64_t now_us);
  void remember_inputs(const StreamSession& viewer);
  void tell_who_watches();
  void tell_timings(std::int64_t now_us);
  void take_frame();
  void adopt_size(const FrameView& view);
  void encode_and_send(std::int64_t now_us);
  bool plan(std::int64_t now_us);
  void send(const EncodedPicture& encoded, std::int64_t now_us);
  void ask_for_frame(std::int64_t now_us);

  // What the viewers say about the next frame.
  struct Readiness {
    bool some = false;                     // of them can take it
    bool key = false;                      // and one of these only if it is a key frame
    std::int64_t waits_until_us = kNever;  // for one that will soon be ready
    std::int64_t more_us = kNever;         // when others can take one, too
  };
  Readiness readiness(std::int64_t now_us) const;
  std::int64_t takes_frames_us(const StreamSession& viewer, bool alone) const;
  bool anyone_watches() const;
  bool viewers_ready(std::int64_t now_us) const;
  void end_viewers(const std::string& reason, bool lost = false);
  void pass_clipboard();

  std::unique_ptr<FrameSource> source_;
  std::unique_ptr<InputSink> input_;
  const std::shared_ptr<PhoneInbox> inbox_;
  const SessionSurroundings surroundings_;
  std::map<std::uint32_t, std::unique_ptr<StreamSession>> viewers_;  // by receiver index

  // How many inputs were taken of sessions whose viewer may come back, the latest last.
  std::deque<std::pair<EntityId, std::uint64_t>> inputs_taken_;

  std::vector<std::uint32_t> told_of_;  // the watching viewers that all of them were told of
  StageTimes times_;

  FrameBudget budget_;
  bool requested_ = false;
  bool clipboard_requested_ = false;
  bool full_requested_ = false;
  bool current_ = false;  // picture_ is the screen as of now but for damage not yet delivered

  I420Frame picture_;
  std::int64_t captured_us_ = 0;
  DamageMap pending_;  // converted, not yet encoded
  std::unique_ptr<VpxEncoder> encoder_;
  QualityDebt debt_;
  std::int64_t coded_us_ = 0;
  std::int64_t keyed_us_ = 0;
  std::uint32_t bitrate_bps_ = 0;

  // What encode_and_send() is about to code.
  DamageMap active_;
  bool key_ = false;
  bool refining_ = false;

  bool stopping_ = false;
  std::string stop_reason_;
  bool stop_lost_ = false;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace rookery::media
