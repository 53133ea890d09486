#include "tests/bench/loopback_bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "media/client/stream_client.h"
#include "media/media_clock.h"
#include "media/media_host.h"
#include "media/vpx_decoder.h"
#include "tests/bench/json_line.h"
#include "tests/unit/media/memory_guest.h"

namespace rookery::media {
namespace {

constexpr int kWidth = 720;
constexpr int kHeight = 1280;
constexpr int kFrames = 600;
constexpr auto kFrameTime = std::chrono::microseconds(16'667);
constexpr auto kIdleTime = std::chrono::seconds(5);

double process_cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

struct Scene {
  std::string name;
  Rectangle area;
};

void draw(TestScreen& screen, const Scene& scene, int i) {
  Rectangle area = scene.area;
  area.x = static_cast<std::uint16_t>(area.x + (area.width < 100 ? i * 16 % 600 : 0));
  screen.draw_text(area);
}

// The least any way can take: convert, encode and decode in one thread, nothing between.
std::vector<double> codec_alone_ms(const Scene& scene) {
  TestScreen screen(kWidth, kHeight, 3);
  auto encoder = std::move(*create_vpx_encoder({kWidth, kHeight, 20'000'000, 60}));
  auto decoder = std::move(*create_vpx_decoder());
  I420Frame kept(kWidth, kHeight);
  std::vector<double> times_ms;
  for (int i = 0; i < kFrames / 4; ++i) {
    if (i > 0) draw(screen, scene, i);
    const FrameView view = screen.view(0);
    const std::int64_t begin_us = monotonic_us();
    DamageMap damage(kWidth, kHeight);
    for (const Rectangle& rectangle : view.damage) damage.add(rectangle);
    convert_damaged(view, damage, kept);
    const auto encoded = encoder->encode(kept, damage, i == 0, (i + 60) * 16'667);
    if (!encoded || !decoder->decode(encoded->bytes)) std::abort();
    if (i > 0) times_ms.push_back(static_cast<double>(monotonic_us() - begin_us) / 1e3);
  }
  return times_ms;
}

class Loopback {
 public:
  Loopback() {
    MediaOptions options;
    options.key = make_key_pair();
    host_ = std::move(*start_media_host(options, [](const host::Report&) {}));
    host::AdmitSession admission;
    admission.session = make_entity_id(EntityKind::kSession, {1});
    admission.phone = make_entity_id(EntityKind::kPhone, {1});
    admission.ticket_expires_us = wall_us() + 60'000'000;
    host_->attach_phone(admission.phone, guest_.source(), guest_.sink());
    host_->admit(admission);
    ClientCallbacks callbacks;
    callbacks.on_frame = [this](const DecodedFrame& frame) {
      const std::lock_guard lock(mutex_);
      latencies_ms_.push_back(static_cast<double>(frame.decoded_us - frame.captured_us) / 1e3);
    };
    auto client = connect_stream({"127.0.0.1:" + std::to_string(host_->port()),
                                  options.key.public_key, admission.ticket, admission.ticket_key},
                                 std::move(callbacks), 10'000);
    if (!client) std::abort();
    client_ = std::move(*client);
  }

  void run(const Scene& scene) {
    std::this_thread::sleep_for(std::chrono::seconds(1));  // the join's key frame and refinements
    take_latencies();
    auto next = std::chrono::steady_clock::now();
    for (int i = 0; i < kFrames; ++i) {
      next += kFrameTime;
      std::this_thread::sleep_until(next);
      guest_.draw([&](TestScreen& screen) { draw(screen, scene, i); });
    }
    std::vector<double> ours = take_latencies();
    if (ours.empty()) std::abort();
    std::vector<double> alone = codec_alone_ms(scene);
    for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}) {
      bench::print_figure("stream", "glass_to_glass_" + scene.name + "_" + name,
                          bench::percentile(ours, share), "ms", bench::percentile(alone, share));
    }
    bench::print_figure("stream", "frames_shown_" + scene.name, static_cast<double>(ours.size()),
                        "frames", kFrames);
  }

  // CPU of host and viewer together while nothing changes, as a share of one core; the baseline
  // is the goal.
  void idle() {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const double before_us = process_cpu_us();
    std::this_thread::sleep_for(kIdleTime);
    const double idle_us = process_cpu_us() - before_us;
    bench::print_figure(
        "stream", "idle_cpu",
        idle_us / std::chrono::duration<double, std::micro>(kIdleTime).count() * 100, "percent", 1);
  }

 private:
  std::vector<double> take_latencies() {
    const std::lock_guard lock(mutex_);
    return std::exchange(latencies_ms_, {});
  }

  MemoryGuest guest_{kWidth, kHeight, 5};
  std::unique_ptr<MediaHost> host_;
  std::mutex mutex_;
  std::vector<double> latencies_ms_;
  std::unique_ptr<StreamClient> client_;
};

}  // namespace

SealedWay::SealedWay() : channel_(TransportKeys{}, 1, 2) {}

void SealedWay::send(const EncodedPicture& encoded, std::int64_t captured_us) {
  for (const Bytes& fragment :
       packetize({++frame_id_, encoded.key, captured_us, 720, 1280, encoded.bytes})) {
    if (channel_.seal(fragment).empty()) std::abort();
  }
}

int measure_loopback() {
  Loopback loopback;
  loopback.run({"typing", {0, 640, 24, 32}});
  loopback.run({"half_screen", {0, 640, 720, 480}});
  loopback.idle();
  return 0;
}

}  // namespace rookery::media
