#include "eventstore/checkpoint_keeper.h"

#include <utility>

#include "eventstore/last_signed.h"

namespace rookery {

CheckpointKeeper::CheckpointKeeper(EventLog& log, std::vector<NoteSigner> signers,
                                   CheckpointKeeperOptions options)
    : log_(log),
      signers_(std::move(signers)),
      options_(std::move(options)),
      signed_sizes_(log.shard_count(), 0) {
  // What was signed before a restart stays as it was signed.
  for (Shard shard = 0; shard < log_.shard_count(); ++shard) {
    const std::uint64_t size = log_.tree_head(shard).size;
    const auto read = log_.read_checkpoints(shard, size, [&](std::uint64_t found, const auto&) {
      if (found == size) signed_sizes_[shard] = size;
      return false;
    });
    if (!read && options_.on_failure) options_.on_failure(read.error());
  }
  listening_ = log_.on_commit([this](Shard, std::uint64_t) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(news_, true)) changed_.notify_one();
  });
  thread_ = std::thread([this] { run(); });
}

CheckpointKeeper::~CheckpointKeeper() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    changed_.notify_one();
  }
  thread_.join();
  listening_.reset();
}

void CheckpointKeeper::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return news_ || closing_; });
    const bool last = closing_;
    news_ = false;
    lock.unlock();
    sign_news();
    lock.lock();
    if (last) return;
    changed_.wait_for(lock, options_.interval, [this] { return closing_; });
  }
}

void CheckpointKeeper::sign_news() {
  for (Shard shard = 0; shard < log_.shard_count(); ++shard) {
    const TreeHead head = log_.tree_head(shard);
    if (head.size <= signed_sizes_[shard]) continue;
    const Checkpoint checkpoint{checkpoint_origin(signers_.front().verifier().name, shard), head};
    const std::string note = sign_checkpoint(checkpoint, signers_);
    auto stored = log_.put_checkpoint(shard, head.size, note);
    if (stored && !options_.outside.empty()) {
      stored = write_last_signed(options_.outside, shard, note);
    }
    if (stored) {
      signed_sizes_[shard] = head.size;
    } else if (options_.on_failure) {
      options_.on_failure(stored.error());
    }
  }
}

}  // namespace rookery
