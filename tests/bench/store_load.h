// A load for event stores: many writers, each appending its next event when its last one is
// durable.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "eventstore/event_log.h"

namespace rookery::bench {

inline constexpr std::size_t kPayloadBytes = 200;
inline constexpr std::size_t kAnswerBytes = 32;

[[noreturn]] void die(const std::string& message);
double seconds_of(const std::function<void()>& work);

std::string random_bytes(std::size_t size);
EntityId writer_stream(std::size_t writer);
Id128 nth_command(std::uint64_t number);

// Writers in a closed loop, all on a thread of their own, as actors are on theirs: never on the
// store's.
class StoreWriters {
 public:
  StoreWriters(EventLog& log, std::size_t writers);
  ~StoreWriters();
  StoreWriters(const StoreWriters&) = delete;
  StoreWriters& operator=(const StoreWriters&) = delete;

  // Returns when so many appends, at least one a writer, are durable.
  void run(std::uint64_t appends);

 private:
  void write();
  void answered(std::size_t writer, const AppendResult& result);

  EventLog& log_;
  const std::string payload_ = random_bytes(kPayloadBytes);
  const std::string answer_ = random_bytes(kAnswerBytes);
  std::uint64_t sent_ = 0;  // the writers' thread's

  std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  std::vector<std::uint64_t> versions_;
  std::vector<std::size_t> ready_;  // writers that may go on
  std::uint64_t to_send_ = 0;
  std::uint64_t missing_ = 0;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace rookery::bench
