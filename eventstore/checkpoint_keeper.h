// Signs and stores checkpoints while a log grows: at most one an interval and shard, none without
// news, and a last one at the end.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "eventstore/checkpoint.h"
#include "eventstore/event_log.h"

namespace rookery {

struct CheckpointKeeperOptions {
  std::chrono::milliseconds interval{1000};
  std::filesystem::path outside;  // each newest one is also written there (last_signed.h), if given
  std::function<void(const Error&)> on_failure;  // from the keeper's thread; may be empty
};

class CheckpointKeeper {
 public:
  // `log` must outlive the keeper; `signers` are the log's own keys.
  CheckpointKeeper(EventLog& log, std::vector<NoteSigner> signers, CheckpointKeeperOptions options);
  ~CheckpointKeeper();
  CheckpointKeeper(const CheckpointKeeper&) = delete;
  CheckpointKeeper& operator=(const CheckpointKeeper&) = delete;

 private:
  void run();
  void sign_news();

  EventLog& log_;
  const std::vector<NoteSigner> signers_;
  const CheckpointKeeperOptions options_;
  std::vector<std::uint64_t> signed_sizes_;  // the thread's own
  std::mutex mutex_;
  std::condition_variable changed_;
  bool news_ = true;
  bool closing_ = false;
  std::shared_ptr<void> listening_;
  std::thread thread_;
};

}  // namespace rookery
