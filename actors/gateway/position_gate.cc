#include "actors/gateway/position_gate.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace rookery {

namespace asio = boost::asio;

PositionGate::PositionGate(asio::io_context& io, std::vector<std::uint64_t> positions)
    : io_(io), positions_(std::move(positions)), waiting_(positions_.size()) {}

void PositionGate::advance(Shard shard, std::uint64_t position) {
  asio::post(io_, [this, shard, position] {
    positions_[shard] = std::max(positions_[shard], position);
    Waiting& waiting = waiting_[shard];
    const auto end = waiting.upper_bound(position);
    for (auto it = waiting.begin(); it != end; ++it) it->second.cancel();
  });
}

asio::awaitable<bool> PositionGate::reached(Shard shard, std::uint64_t position,
                                            Deadline deadline) {
  while (!closed_ && positions_[shard] < position) {
    if (std::chrono::steady_clock::now() >= deadline) co_return false;
    const auto place = waiting_[shard].emplace(position, asio::steady_timer(io_, deadline));
    boost::system::error_code woken;
    co_await place->second.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    waiting_[shard].erase(place);
  }
  co_return positions_[shard] >= position;
}

void PositionGate::close() {
  closed_ = true;
  for (Waiting& waiting : waiting_) {
    for (auto& [position, timer] : waiting) timer.cancel();
  }
}

}  // namespace rookery
