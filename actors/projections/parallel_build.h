// Read models built from the whole log on several threads: each takes its own share of the streams,
// and what they made is put together at the end. The same comes out as from one thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "actors/projections/read_models.h"

namespace rookery {

inline constexpr std::size_t kBuildBatch = 256;      // events handed over at a time
inline constexpr std::size_t kBuildBatchesMax = 16;  // that wait for one thread

// add() and finish() by one thread.
class ParallelBuild {
 public:
  explicit ParallelBuild(unsigned threads);
  ~ParallelBuild();
  ParallelBuild(const ParallelBuild&) = delete;
  ParallelBuild& operator=(const ParallelBuild&) = delete;

  // In the log's order. Error: an earlier event could not be applied; names its position.
  Status add(const Envelope& envelope);
  // Waits for the threads and puts their models into `models`. Once, at the end.
  Status finish(ReadModels& models);

 private:
  struct Share {
    ReadModels models;
    std::vector<Envelope> open;  // the adding thread's
    std::mutex mutex;            // guards the three below
    std::condition_variable changed;
    std::vector<std::vector<Envelope>> waiting;
    bool closed = false;
    std::optional<Error> failure;  // set by the share's thread at its end
    std::thread thread;
  };

  void work(Share& share);
  void hand_over(Share& share);
  void join();

  std::vector<std::unique_ptr<Share>> shares_;
  std::atomic<bool> failed_{false};
};

}  // namespace rookery
