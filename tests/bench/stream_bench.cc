// The whole way of a frame, from a program in a sandboxed guest to the decoded picture in a client.
//   glass_to_glass   from the moment at which the program hands a frame to its X server (read from
//                    the picture itself) to the moment at which the client has decoded it;
//                    baseline: libvpx alone encodes and decodes the same pictures
//   cpu_per_frame    of all threads of the media host (door, actors, pipeline; not the guest, not
//                    the client), for each frame it took; baseline: libvpx alone encodes them
//   bits_per_frame   sealed bytes that came to the client; baseline: libvpx alone
//   frames_shown     baseline: frames drawn in that time
//   idle_cpu         of a core, with a viewer and a still screen; baseline: the goal
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/bare_vpx.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/frame_recorder.h"
#include "tests/bench/json_line.h"
#include "tests/bench/pattern_stream.h"

namespace rookery::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto kSettle = 2s;  // the workload's first picture and its refinements
constexpr auto kWatch = 10s;
constexpr auto kIdle = 10s;
constexpr auto kPatience = 120s;

struct Scene {
  std::string name;
  Workload workload;
  int frame_us;
  std::size_t recorded;
};

struct Interval {
  double frames = 0;  // that the media host took
  double cpu_us = 0;
  double bits = 0;
};

class StreamBench {
 public:
  Status start() {
    PatternStream::Options options;
    options.around_source = [this](PatternStream::Source source) {
      return recorder_.around(std::move(source));
    };
    auto stream = PatternStream::start(options);
    if (!stream) return stream.error();
    stream_ = std::move(*stream);
    return Done{};
  }

  Status measure(const Scene& scene) {
    const Status chosen = stream_->choose(scene.workload);
    if (!chosen) return chosen;
    std::this_thread::sleep_for(kSettle);
    stream_->forget_frames();
    std::this_thread::sleep_for(kWatch);
    auto frames = stream_->frames();
    const Status alive = stream_->alive();
    if (!alive) return alive;
    if (frames.size() < 2) return Error{"no frames arrive: " + scene.name};
    const auto unreadable = stream_->unreadable();
    const Interval ours = record(scene.recorded);
    auto pictures = recorder_.take();
    const Status quiet = stream_->choose(Workload::kIdle);
    if (!quiet) return quiet;
    BareFigures bare = code_barely(pictures, scene.frame_us);

    std::vector<double> delays_ms;
    for (const ShownFrame& frame : frames) {
      delays_ms.push_back(static_cast<double>(frame.decoded_us - frame.code.drawn_us) / 1e3);
    }
    for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}) {
      print("glass_to_glass_" + scene.name + "_" + name, percentile(delays_ms, share), "ms",
            percentile(bare.there_and_back_ms, share));
    }
    const auto drawn =
        static_cast<std::uint16_t>(frames.back().code.number - frames.front().code.number) + 1;
    print("frames_shown_" + scene.name, static_cast<double>(frames.size()), "frames", drawn);
    print("cpu_per_frame_" + scene.name, ours.cpu_us / ours.frames, "us", bare.encode_cpu_us);
    print("bits_per_frame_" + scene.name, ours.bits / ours.frames, "bits", bare.bits);
    if (unreadable > 0) return Error{"pictures came whose code cannot be read: " + scene.name};
    return Done{};
  }

  Status idle() {
    const Status chosen = stream_->choose(Workload::kIdle);
    if (!chosen) return chosen;
    std::this_thread::sleep_for(kSettle);
    const double host_us = thread_cpu_us(stream_->media_threads());
    const double guest_us = descendants_cpu_us();
    if (guest_us <= 0) return Error{"the guest's processes are not to be found in /proc"};
    std::this_thread::sleep_for(kIdle);
    const double percent = 100 / std::chrono::duration<double, std::micro>(kIdle).count();
    const double host = (thread_cpu_us(stream_->media_threads()) - host_us) * percent;
    const double guest = (descendants_cpu_us() - guest_us) * percent;
    print("idle_cpu_host", host, "percent", 0);
    print("idle_cpu_guest", guest, "percent", 0);
    print("idle_cpu", host + guest, "percent", 1);
    return Done{};
  }

 private:
  static void print(const std::string& metric, double value, const std::string& unit,
                    double baseline) {
    print_figure("stream", metric, value, unit, baseline);
  }

  Interval record(std::size_t frames) {
    recorder_.begin();
    const double cpu_us = thread_cpu_us(stream_->media_threads());
    const auto bytes = stream_->statistics().bytes_received;
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (recorder_.size() < frames && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(1ms);
    }
    Interval out;
    out.frames = static_cast<double>(recorder_.size());
    out.cpu_us = thread_cpu_us(stream_->media_threads()) - cpu_us - recorder_.cpu_us();
    out.bits = static_cast<double>(stream_->statistics().bytes_received - bytes) * 8;
    return out;
  }

  FrameRecorder recorder_;
  std::unique_ptr<PatternStream> stream_;
};

Status run() {
  StreamBench bench;
  const Status started = bench.start();
  if (!started) return started;
  for (const Scene& scene : {Scene{"typing", Workload::kTyping, 50'000, 100},
                             Scene{"half_screen", Workload::kHalfScreen, 16'667, 200},
                             Scene{"scroll", Workload::kScroll, 16'667, 200}}) {
    const Status measured = bench.measure(scene);
    if (!measured) return measured;
  }
  return bench.idle();
}

}  // namespace
}  // namespace rookery::bench

int main() {
  const auto done = rookery::bench::run();
  if (done) return 0;
  std::fprintf(stderr, "rookery-bench-stream: %s\n", done.error().message.c_str());
  return 1;
}
