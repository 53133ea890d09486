// Work in order within one phone, side by side between phones: one slow boot holds up nobody else.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "schemas/ids.h"

namespace rookery {

class Lanes {
 public:
  explicit Lanes(std::size_t threads);
  ~Lanes();

  // Never blocks. Work of one lane runs in the order of these calls, one at a time.
  void submit(const EntityId& lane, std::function<void()> work);
  // True when nothing of this lane waits or runs.
  bool idle(const EntityId& lane) const;
  // Runs what was submitted, then takes nothing more.
  void close();

 private:
  struct Lane {
    std::deque<std::function<void()>> waiting;
    bool running = false;
  };

  void run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<EntityId, Lane> lanes_;
  std::deque<EntityId> ready_;  // lanes with work that nobody runs yet, each once
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace rookery
