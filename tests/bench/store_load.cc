#include "tests/bench/store_load.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace rookery::bench {

void die(const std::string& message) {
  std::fprintf(stderr, "bench: %s\n", message.c_str());
  std::exit(1);
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::string random_bytes(std::size_t size) {
  static std::mt19937_64 random(7);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

EntityId writer_stream(std::size_t writer) {
  std::array<std::uint8_t, 15> tail{};
  tail[0] = static_cast<std::uint8_t>(writer);
  tail[14] = static_cast<std::uint8_t>(writer >> 8);
  return make_entity_id(EntityKind::kPhone, tail);
}

Id128 nth_command(std::uint64_t number) {
  Id128 id;
  std::memcpy(id.bytes.data(), &number, sizeof number);
  id.bytes[15] = 1;
  return id;
}

namespace {

Append nth_append(std::size_t writer, std::uint64_t version, std::uint64_t number,
                  const std::string& payload, const std::string& answer) {
  Append append;
  append.stream = writer_stream(writer);
  append.expected_version = version;
  append.provenance.principal = writer_stream(writer);
  append.provenance.command_id = nth_command(number);
  append.provenance.wall_time_us = 1'700'000'000'000'000;
  append.events.push_back({0x030001, 1, payload});
  append.command_result = answer;
  return append;
}

}  // namespace

StoreWriters::StoreWriters(EventLog& log, std::size_t writers) : log_(log), versions_(writers) {
  for (std::size_t i = 0; i < writers; ++i) versions_[i] = *log.stream_version(writer_stream(i));
}

void StoreWriters::run(std::uint64_t appends) {
  to_send_ = appends - versions_.size();
  missing_ = appends;
  for (std::size_t writer = 0; writer < versions_.size(); ++writer) send(writer);
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [this] { return missing_ == 0; });
}

void StoreWriters::send(std::size_t writer) {
  log_.append(nth_append(writer, versions_[writer], ++sent_, payload_, answer_),
              [this, writer](AppendResult result) { answered(writer, result); });
}

// On the commit thread, so that only the start of a run meets another thread.
void StoreWriters::answered(std::size_t writer, const AppendResult& result) {
  const auto* appended = std::get_if<Appended>(&result);
  if (appended == nullptr) die("an append failed");
  versions_[writer] = appended->first_version;
  if (to_send_.load(std::memory_order_relaxed) > 0) {
    to_send_.fetch_sub(1, std::memory_order_relaxed);
    send(writer);
  }
  if (missing_.fetch_sub(1) == 1) {
    const std::lock_guard lock(mutex_);
    finished_.notify_one();
  }
}

}  // namespace rookery::bench
