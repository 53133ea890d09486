#include "tools/rookery/view/latency.h"

#include <algorithm>
#include <cmath>

namespace rookery::tool {

void LatencySamples::add(std::int64_t us) {
  if (samples_us_.size() < kSamplesMax) {
    samples_us_.push_back(us);
    return;
  }
  samples_us_[oldest_] = us;
  oldest_ = (oldest_ + 1) % kSamplesMax;
}

std::optional<double> LatencySamples::percentile_ms(double fraction) const {
  if (samples_us_.empty()) return std::nullopt;
  auto sorted = samples_us_;
  const double rank = std::ceil(fraction * static_cast<double>(sorted.size()));
  const auto at = static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
  std::nth_element(sorted.begin(), sorted.begin() + at, sorted.end());
  return static_cast<double>(sorted[static_cast<std::size_t>(at)]) / 1000.0;
}

}  // namespace rookery::tool
