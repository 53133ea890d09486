// Lets a coroutine wait until the read models have seen a position of the log: who wrote reads
// their own write, who follows hears of news.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "eventstore/event_log.h"

namespace rookery {

// All but advance() belong to the io context's one thread.
class PositionGate {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  PositionGate(boost::asio::io_context& io, std::vector<std::uint64_t> positions);

  // Any thread. The io context must still run, or be destroyed without running again.
  void advance(Shard shard, std::uint64_t position);

  // False: the deadline passed, or the gate was closed.
  boost::asio::awaitable<bool> reached(Shard shard, std::uint64_t position, Deadline deadline);
  std::uint64_t position(Shard shard) const { return positions_[shard]; }

  // Nobody waits any longer.
  void close();
  bool closed() const { return closed_; }

 private:
  using Waiting = std::multimap<std::uint64_t, boost::asio::steady_timer>;

  boost::asio::io_context& io_;
  std::vector<std::uint64_t> positions_;
  std::vector<Waiting> waiting_;
  bool closed_ = false;
};

}  // namespace rookery
