// A whole stream on one machine: a sandboxed guest that runs rookery-frame-pattern or another
// image, the media host, UDP on loopback, a client that decodes and reads from each picture when it
// was drawn.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "guest-agent/driver/guest_driver.h"
#include "media/client/stream_client.h"
#include "media/media_host.h"
#include "schemas/result.h"
#include "tests/bench/frame_code.h"

namespace rookery::bench {

inline constexpr int kWidthPx = 720;
inline constexpr int kHeightPx = 1280;

struct ShownFrame {
  FrameCode code;
  std::int64_t captured_us = 0;
  std::int64_t decoded_us = 0;
};

class PatternStream {
 public:
  using Source = std::unique_ptr<media::FrameSource>;
  struct Options {
    std::filesystem::path programs;  // folder of rookery-agent; empty: this program's own
    std::filesystem::path images;    // empty: those beside the programs
    std::string image = "pattern";
    // Sees every frame of the guest before the media host does.
    std::function<Source(Source)> around_source = [](Source source) { return source; };
  };

  static Result<std::unique_ptr<PatternStream>> start(const Options& options);
  ~PatternStream();
  PatternStream(const PatternStream&) = delete;
  PatternStream& operator=(const PatternStream&) = delete;

  // Taps, and waits until the client sees the workload; an error after a minute.
  Status choose(Workload workload);
  void send(const InputEvent& event) { client_->send(event); }
  // The viewer leaves.
  void disconnect() { client_.reset(); }
  // The guest's home folder.
  std::filesystem::path home() const;
  // An error when the stream has ended by itself.
  Status alive() const;
  // Waits until so many frames have been seen since choose() or forget_frames().
  bool wait_for_frames(std::size_t count, std::chrono::seconds at_most);
  void forget_frames();
  // Each drawn frame once, when it was seen first.
  std::vector<ShownFrame> frames() const;
  std::uint64_t unreadable() const;

  media::ClientStatistics statistics() const { return client_->statistics(); }
  // Of the media host: its door, its actors, the phone's pipeline.
  const std::set<pid_t>& media_threads() const { return media_threads_; }
  const std::set<pid_t>& client_threads() const { return client_threads_; }

 private:
  PatternStream();
  Status set_up(const Options& options);
  Status connect();
  void take(const media::DecodedFrame& frame);

  const std::filesystem::path folder_;
  const EntityId phone_;
  std::unique_ptr<guest::GuestDriver> driver_;
  media::KeyPair key_;
  std::unique_ptr<media::MediaHost> host_;
  std::set<pid_t> media_threads_;
  std::set<pid_t> client_threads_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  FrameCode last_;
  bool any_ = false;
  std::vector<ShownFrame> frames_;
  std::uint64_t unreadable_ = 0;
  std::string ended_;  // why, when the stream has ended
  std::unique_ptr<media::StreamClient> client_;
};

}  // namespace rookery::bench
