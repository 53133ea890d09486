#include "actors/projections/log_follower.h"

#include <utility>

namespace rookery {

LogFollower::LogFollower(EventLog& log) : log_(log), positions_(log.shard_count(), 0) {}

LogFollower::~LogFollower() { stop(); }

Status LogFollower::catch_up(const Consumer& consume) {
  for (Shard shard = 0; shard < log_.shard_count(); ++shard) {
    const Status consumed = consume_shard(shard, consume);
    if (!consumed) return consumed;
  }
  return Done{};
}

void LogFollower::start(Consumer consume, Progress progress) {
  listening_ = log_.on_commit([this](Shard, std::uint64_t) {
    const std::lock_guard lock(mutex_);
    news_ = true;
    changed_.notify_one();
  });
  thread_ = std::thread([this, consume = std::move(consume), progress = std::move(progress)] {
    follow(consume, progress);
  });
}

void LogFollower::stop() {
  listening_.reset();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

std::vector<std::uint64_t> LogFollower::positions() const {
  const std::lock_guard lock(mutex_);
  return positions_;
}

std::optional<std::string> LogFollower::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void LogFollower::follow(const Consumer& consume, const Progress& progress) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return news_ || stopping_; });
      if (stopping_) return;
      news_ = false;
    }
    for (Shard shard = 0; shard < log_.shard_count(); ++shard) {
      const Status consumed = consume_shard(shard, consume);
      progress(shard, positions()[shard]);
      if (consumed) continue;
      const std::lock_guard lock(mutex_);
      failure_ = consumed.error().message;
      return;
    }
  }
}

Status LogFollower::consume_shard(Shard shard, const Consumer& consume) {
  std::uint64_t position = positions()[shard];
  Status outcome = Done{};
  const Status read = log_.read_log(shard, position + 1, [&](const Envelope& envelope) {
    outcome = consume(envelope);
    if (!outcome) {
      outcome = Error{"event at position " + std::to_string(envelope.position) + ": " +
                      outcome.error().message};
      return false;
    }
    position = envelope.position;
    return true;
  });
  const std::lock_guard lock(mutex_);
  positions_[shard] = position;
  return outcome.ok() ? read : outcome;
}

}  // namespace rookery
