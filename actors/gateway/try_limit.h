// How often somebody may be wrong: so many tries in a span, for each name.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace rookery {

// Whom tries count for. One household's IPv6 addresses are many: their first half counts.
std::string neighbourhood(const std::string& remote_address);

// Belongs to one thread. Memory is bounded: with kNamesMax names at once, the oldest span goes.
class TryLimit {
 public:
  static constexpr std::size_t kNamesMax = 10'000;

  TryLimit(std::uint32_t tries_max, std::int64_t span_us)
      : tries_max_(tries_max), span_us_(span_us) {}

  // Takes one try; false: all are used up until the span is over.
  bool take(const std::string& name, std::int64_t now_us);
  // That one was no wrong one.
  void give_back(const std::string& name);

 private:
  struct Span {
    std::int64_t began_us = 0;
    std::uint32_t tries = 0;
  };
  void make_room(std::int64_t now_us);

  const std::uint32_t tries_max_;
  const std::int64_t span_us_;
  std::unordered_map<std::string, Span> spans_;
};

}  // namespace rookery
