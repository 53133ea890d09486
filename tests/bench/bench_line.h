// One figure of a benchmark, as one JSON object on a line of standard output.
#pragma once

#include <cstdio>
#include <string>

namespace rookery::bench {

inline void print_line(const std::string& metric, double value, const std::string& unit,
                       double baseline) {
  std::printf(
      R"({"bench":"stream","metric":"%s","value":%.4f,"unit":"%s","baseline":%.4f,"ratio":%.4f})"
      "\n",
      metric.c_str(), value, unit.c_str(), baseline, baseline > 0 ? value / baseline : 0);
  std::fflush(stdout);
}

}  // namespace rookery::bench
