// F6 backwards: fragments to whole frames, in order, never one whose reference chain is broken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "media/noise.h"
#include "schemas/client_messages.h"

namespace rookery::media {

struct WholeFrame {
  std::uint64_t frame_id = 0;
  bool key = false;
  std::int64_t captured_us = 0;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
  Bytes bytes;
  VideoCodec codec = VideoCodec::kVp8;
};

// Not thread-safe. Times are microseconds of any steady clock.
class Reassembler {
 public:
  // Takes a fragment; returns the frames that can now be decoded, in order.
  std::vector<WholeFrame> add(wire::VideoFragment fragment, std::int64_t now_us);
  // Which fragments to ask for again now; each at most every `kNackIntervalUs`.
  std::vector<wire::Nack> missing(std::int64_t now_us);
  // True when only a key frame helps: ask for one (not more often than every 100 ms or so).
  bool needs_key_frame(std::int64_t now_us);

  std::uint64_t last_delivered() const { return last_delivered_; }
  std::uint64_t frames_lost() const { return frames_lost_; }

 private:
  struct Partial {
    WholeFrame frame;
    std::vector<Bytes> fragments;
    std::uint16_t count = 0;
    std::uint16_t have = 0;
    std::int64_t first_seen_us = 0;
    std::int64_t asked_us = 0;
    bool complete() const { return have == count; }
  };
  static constexpr std::size_t kFramesMax = 64;              // waiting at once
  static constexpr std::size_t kBytesMax = 16 << 20;         // of waiting fragments
  static constexpr std::uint64_t kFrameIdLeapMax = 1 << 20;  // a larger leap is nonsense
  static constexpr std::int64_t kReorderUs = 3'000;          // before a gap counts as a loss
  static constexpr std::int64_t kNackIntervalUs = 25'000;
  static constexpr std::int64_t kGiveUpUs = 400'000;  // then only a key frame helps

  std::vector<WholeFrame> deliver();
  void forget_before(std::uint64_t frame_id);
  void make_room(std::uint64_t incoming_frame_id);

  std::map<std::uint64_t, Partial> partial_;
  std::size_t bytes_ = 0;
  std::uint64_t last_delivered_ = 0;
  std::uint64_t newest_seen_ = 0;
  std::int64_t stuck_since_us_ = 0;  // 0: the next frame is not known to be late
  bool chain_broken_ = true;         // nothing can be decoded before the first key frame
  std::uint64_t frames_lost_ = 0;
};

}  // namespace rookery::media
