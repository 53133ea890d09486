// What a session is measured by, and when that is reported.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>

#include "schemas/host_messages.h"

namespace rookery::media {

class SessionFigures {
 public:
  using Report = std::function<void(host::Report)>;

  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t inputs_received = 0;
  std::uint64_t packets_lost = 0;
  std::uint32_t round_trip_us = 0;

  void begin(const Id128& ticket, std::int64_t now_us) {
    ticket_ = ticket;
    quality_us_ = traffic_us_ = now_us;
  }
  void saw_round_trip(std::int64_t sample_us);
  // One frame's way, from capture to decoded picture.
  void saw_glass_to_glass(std::int64_t sample_us);

  // When report_due() has something to say next.
  std::int64_t next_report_us() const;
  void report_due(const EntityId& session, std::int64_t now_us, const Report& report);
  host::SessionEnded ended(const EntityId& session, const std::string& reason, bool lost) const;

 private:
  static constexpr std::int64_t kQualityUs = 2'000'000;
  static constexpr std::int64_t kTrafficUs = 5'000'000;

  // Keep-alives are no news: an idle viewer must not fill the log.
  bool quality_news() const { return frames_sent != quality_frames_; }
  bool traffic_news() const {
    return frames_sent != traffic_frames_ || inputs_received != traffic_inputs_;
  }
  void report_quality(const EntityId& session, std::int64_t now_us, const Report& report);
  void report_traffic(const EntityId& session, std::int64_t now_us, const Report& report);

  Id128 ticket_;
  std::int64_t quality_us_ = 0;  // begin of the span that is being measured
  std::uint64_t quality_frames_ = 0;
  std::uint64_t quality_bytes_ = 0;
  std::uint64_t quality_lost_ = 0;
  std::int64_t glass_sum_us_ = 0;
  std::int64_t glass_count_ = 0;
  std::int64_t traffic_us_ = 0;
  std::uint64_t traffic_frames_ = 0;
  std::uint64_t traffic_inputs_ = 0;
};

}  // namespace rookery::media
