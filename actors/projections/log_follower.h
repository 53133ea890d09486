// Reads the log from its first event on and then keeps up with it, for projections and effects.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "eventstore/event_log.h"

namespace rookery {

// `log` must outlive the follower.
class LogFollower {
 public:
  using Consumer = std::function<Status(const Envelope&)>;
  // Called on the follower's thread after each batch: everything up to `position` is consumed.
  using Progress = std::function<void(Shard, std::uint64_t position)>;

  explicit LogFollower(EventLog& log);
  ~LogFollower();

  // Consumes on the caller's thread what is durable now. Before start().
  Status catch_up(const Consumer& consume);
  // Goes on from there on a thread of its own, until stop(). A consumer's error ends the following.
  void start(Consumer consume, Progress progress);
  void stop();

  std::vector<std::uint64_t> positions() const;  // consumed so far, by shard
  std::optional<std::string> failure() const;

 private:
  void follow(const Consumer& consume, const Progress& progress);
  Status consume_shard(Shard shard, const Consumer& consume);

  EventLog& log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool news_ = true;
  bool stopping_ = false;
  std::optional<std::string> failure_;
  std::vector<std::uint64_t> positions_;
  std::shared_ptr<void> listening_;
  std::thread thread_;
};

}  // namespace rookery
