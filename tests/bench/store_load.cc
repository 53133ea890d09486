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
  thread_ = std::thread([this] { write(); });
}

StoreWriters::~StoreWriters() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void StoreWriters::run(std::uint64_t appends) {
  std::unique_lock lock(mutex_);
  to_send_ = appends;
  missing_ = appends;
  ready_.clear();
  for (std::size_t writer = 0; writer < versions_.size(); ++writer) ready_.push_back(writer);
  changed_.notify_all();
  changed_.wait(lock, [this] { return missing_ == 0; });
}

void StoreWriters::write() {
  std::vector<std::pair<std::size_t, std::uint64_t>> turn;  // writer, the version it saw last
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closing_ || !ready_.empty(); });
    if (closing_) return;
    turn.clear();
    for (const std::size_t writer : ready_) {
      if (to_send_ == 0) break;
      --to_send_;
      turn.emplace_back(writer, versions_[writer]);
    }
    ready_.clear();
    lock.unlock();
    for (const auto& [writer, version] : turn) {
      log_.append(
          nth_append(writer, version, ++sent_, payload_, answer_),
          [this, writer = writer](const AppendResult& result) { answered(writer, result); });
    }
    lock.lock();
  }
}

// On the commit thread.
void StoreWriters::answered(std::size_t writer, const AppendResult& result) {
  const auto* appended = std::get_if<Appended>(&result);
  if (appended == nullptr) die("an append failed");
  const std::lock_guard lock(mutex_);
  versions_[writer] = appended->first_version;
  ready_.push_back(writer);
  if (--missing_ == 0 || ready_.size() == 1) changed_.notify_all();
}

}  // namespace rookery::bench
