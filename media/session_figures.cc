#include "media/session_figures.h"

#include <string>

namespace rookery::media {

void SessionFigures::saw_round_trip(std::int64_t sample_us) {
  const std::int64_t sample = std::clamp<std::int64_t>(sample_us, 1, 60'000'000);
  // RFC 6298's smoothing.
  round_trip_us = static_cast<std::uint32_t>(
      round_trip_us == 0 ? sample : (std::int64_t{round_trip_us} * 7 + sample) / 8);
}

void SessionFigures::saw_glass_to_glass(std::int64_t sample_us) {
  glass_sum_us_ += std::clamp<std::int64_t>(sample_us, 0, 60'000'000);
  ++glass_count_;
}

std::int64_t SessionFigures::next_report_us() const {
  std::int64_t next_us = std::numeric_limits<std::int64_t>::max();
  if (quality_news()) next_us = quality_us_ + kQualityUs;
  if (traffic_news()) next_us = std::min(next_us, traffic_us_ + kTrafficUs);
  return next_us;
}

void SessionFigures::report_due(const EntityId& session, std::int64_t now_us,
                                const Report& report) {
  if (quality_news() && now_us >= quality_us_ + kQualityUs) {
    report_quality(session, now_us, report);
  }
  if (traffic_news() && now_us >= traffic_us_ + kTrafficUs) {
    report_traffic(session, now_us, report);
  }
}

void SessionFigures::report_quality(const EntityId& session, std::int64_t now_us,
                                    const Report& report) {
  const auto elapsed_us = static_cast<std::uint64_t>(now_us - quality_us_);
  host::SessionQuality quality;
  quality.session = session;
  quality.round_trip_us = round_trip_us;
  quality.frames_per_second_milli =
      static_cast<std::uint32_t>((frames_sent - quality_frames_) * 1'000'000'000 / elapsed_us);
  quality.bitrate_bps =
      static_cast<std::uint32_t>((bytes_sent - quality_bytes_) * 8'000'000 / elapsed_us);
  quality.packets_lost = static_cast<std::uint32_t>(packets_lost - quality_lost_);
  if (glass_count_ > 0) {
    quality.glass_to_glass_us = static_cast<std::uint32_t>(glass_sum_us_ / glass_count_);
  }
  quality_us_ = now_us;
  quality_frames_ = frames_sent;
  quality_bytes_ = bytes_sent;
  quality_lost_ = packets_lost;
  glass_sum_us_ = glass_count_ = 0;
  report(quality);
}

void SessionFigures::report_traffic(const EntityId& session, std::int64_t now_us,
                                    const Report& report) {
  traffic_us_ = now_us;
  traffic_frames_ = frames_sent;
  traffic_inputs_ = inputs_received;
  report(host::SessionTraffic{session, bytes_sent, bytes_received, frames_sent, inputs_received,
                              ticket_});
}

host::SessionEnded SessionFigures::ended(const EntityId& session, const std::string& reason,
                                         bool lost) const {
  return {session, reason, bytes_sent, bytes_received, frames_sent, inputs_received, ticket_, lost};
}

}  // namespace rookery::media
