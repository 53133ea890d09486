// How long a frame takes at each of the host's steps, averaged from one report to the next.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "schemas/client_messages.h"

namespace rookery::media {

// Times are CLOCK_MONOTONIC, microseconds. Used from the pipeline's thread.
class StageTimes {
 public:
  static constexpr std::int64_t kReportUs = 1'000'000;

  // Between two readings of the clock.
  void waited(std::int64_t from_us, std::int64_t to_us) {
    add(wait_us_, from_us, to_us);
    ++captures_;
  }
  void converted(std::int64_t from_us, std::int64_t to_us) { add(convert_us_, from_us, to_us); }
  void encoded(std::int64_t from_us, std::int64_t to_us) { add(encode_us_, from_us, to_us); }
  // The frame's last step.
  void sent(std::int64_t from_us, std::int64_t to_us) {
    add(send_us_, from_us, to_us);
    ++frames_;
  }
  // What viewers are told now, if it is time and there is news.
  std::optional<wire::Timings> take_due(std::int64_t now_us) {
    if (frames_ == 0 || now_us < reported_us_ + kReportUs) return std::nullopt;
    // A frame may be coded of what was captured before.
    const wire::Timings timings{average(wait_us_, captures_), average(convert_us_, captures_),
                                average(encode_us_, frames_), average(send_us_, frames_)};
    *this = StageTimes();
    reported_us_ = now_us;
    return timings;
  }

 private:
  static void add(std::int64_t& sum_us, std::int64_t from_us, std::int64_t to_us) {
    sum_us += std::clamp<std::int64_t>(to_us - from_us, 0, 10'000'000);
  }
  static std::uint32_t average(std::int64_t sum_us, std::int64_t count) {
    return count == 0 ? 0 : static_cast<std::uint32_t>(sum_us / count);
  }

  std::int64_t wait_us_ = 0;
  std::int64_t convert_us_ = 0;
  std::int64_t encode_us_ = 0;
  std::int64_t send_us_ = 0;
  std::int64_t captures_ = 0;
  std::int64_t frames_ = 0;
  std::int64_t reported_us_ = 0;
};

}  // namespace rookery::media
