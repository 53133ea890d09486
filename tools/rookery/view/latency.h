// Percentiles of how long pictures took, in bounded memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace rookery::tool {

// Exact up to kSamplesMax samples (an hour at 60 a second); after that the oldest make room.
class LatencySamples {
 public:
  static constexpr std::size_t kSamplesMax = 216'000;

  void add(std::int64_t us);
  // Nearest rank; nothing without samples. `fraction` from 0 to 1.
  std::optional<double> percentile_ms(double fraction) const;
  std::size_t size() const { return samples_us_.size(); }

 private:
  std::vector<std::int64_t> samples_us_;
  std::size_t oldest_ = 0;
};

}  // namespace rookery::tool
