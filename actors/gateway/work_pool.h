// A few threads for work that may block or take long, with a bound on what waits.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace rookery {

class WorkPool {
 public:
  WorkPool(std::size_t threads, std::size_t waiting_max);
  // What was taken is done first.
  ~WorkPool();

  // False: too much is waiting, the work was not taken. Work must not throw.
  bool submit(std::function<void()> work);

 private:
  void run();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace rookery
