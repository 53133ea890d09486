#include "actors/projections/parallel_build.h"

#include <algorithm>
#include <utility>

namespace rookery {

ParallelBuild::ParallelBuild(unsigned threads) {
  for (unsigned i = 0; i < std::max(threads, 1U); ++i) {
    shares_.push_back(std::make_unique<Share>());
  }
  for (auto& share : shares_) share->thread = std::thread([this, &share = *share] { work(share); });
}

ParallelBuild::~ParallelBuild() { join(); }

Status ParallelBuild::add(const Envelope& envelope) {
  Share& share = *shares_[std::hash<EntityId>()(envelope.stream) % shares_.size()];
  share.open.push_back(envelope);
  if (share.open.size() == kBuildBatch) hand_over(share);
  if (!failed_.load(std::memory_order_relaxed)) return Done{};
  join();
  for (const auto& one : shares_) {
    if (one->failure) return *one->failure;
  }
  return Done{};
}

void ParallelBuild::hand_over(Share& share) {
  std::unique_lock lock(share.mutex);
  share.changed.wait(lock, [&] { return share.waiting.size() < kBuildBatchesMax; });
  share.waiting.push_back(std::exchange(share.open, {}));
  share.changed.notify_all();
}

void ParallelBuild::work(Share& share) {
  std::optional<Error> failure;
  while (true) {
    std::vector<std::vector<Envelope>> taken;
    {
      std::unique_lock lock(share.mutex);
      share.changed.wait(lock, [&] { return share.closed || !share.waiting.empty(); });
      if (share.waiting.empty()) break;
      taken.swap(share.waiting);
      share.changed.notify_all();
    }
    // After a failure it goes on taking, so that nobody waits for room.
    for (const auto& batch : taken) {
      for (const Envelope& envelope : batch) {
        if (failure) break;
        const Status applied = share.models.apply(envelope);
        if (applied) continue;
        failure = Error{"event at position " + std::to_string(envelope.position) + ": " +
                        applied.error().message};
        failed_ = true;
      }
    }
  }
  const std::lock_guard lock(share.mutex);
  share.failure = std::move(failure);
}

void ParallelBuild::join() {
  for (auto& share : shares_) {
    if (!share->thread.joinable()) continue;
    if (!share->open.empty()) hand_over(*share);
    {
      const std::lock_guard lock(share->mutex);
      share->closed = true;
    }
    share->changed.notify_all();
    share->thread.join();
  }
}

Status ParallelBuild::finish(ReadModels& models) {
  join();
  for (const auto& share : shares_) {
    if (share->failure) return *share->failure;
  }
  for (const auto& share : shares_) models.absorb(std::move(share->models));
  return Done{};
}

}  // namespace rookery
