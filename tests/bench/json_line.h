// One measured figure as tools/bench prints it.
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace rookery::bench {

// `baseline` is the same quantity measured another way in the same run; 0: there is none.
inline void print_figure(const std::string& bench, const std::string& metric, double value,
                         const std::string& unit, double baseline) {
  const double ratio = baseline > 0 ? value / baseline : 0;
  std::printf(
      "{\"bench\":\"%s\",\"metric\":\"%s\",\"value\":%.6g,\"unit\":\"%s\",\"baseline\":%.6g,"
      "\"ratio\":%.4g}\n",
      bench.c_str(), metric.c_str(), value, unit.c_str(), baseline, ratio);
  std::fflush(stdout);
}

// `share` from 0 to 1; the sample is sorted in place and must not be empty.
inline double percentile(std::vector<double>& sample, double share) {
  std::sort(sample.begin(), sample.end());
  const auto index = static_cast<std::size_t>(share * static_cast<double>(sample.size() - 1) + 0.5);
  return sample[index];
}

}  // namespace rookery::bench
