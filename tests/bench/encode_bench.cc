// CPU a frame of our way (damage, convert, encode, packets, seal) against libvpx alone on the same
// frames: whole frames, converted beforehand, with the same settings but no active map.
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "media/vpx_encoder.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/loopback_bench.h"
#include "tests/unit/media/test_screen.h"

namespace rookery::media {
namespace {

constexpr int kWidth = 720;
constexpr int kHeight = 1280;
constexpr int kFrames = 240;
constexpr std::int64_t kFrameUs = 16'667;
constexpr std::uint32_t kBitrateBps = 20'000'000;

double thread_cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

class BareVpx {
 public:
  BareVpx() {
    vpx_codec_enc_cfg_t configuration{};
    vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &configuration, 0);
    configuration.g_w = kWidth;
    configuration.g_h = kHeight;
    configuration.g_threads = 1;
    configuration.g_profile = 2;
    configuration.g_timebase = {1, 1'000'000};
    configuration.rc_end_usage = VPX_CBR;
    configuration.rc_target_bitrate = kBitrateBps / 1000;
    configuration.rc_min_quantizer = kQuantizerBest;
    configuration.rc_max_quantizer = kQuantizerWorst;
    configuration.kf_mode = VPX_KF_DISABLED;
    if (vpx_codec_enc_init(&codec_, vpx_codec_vp8_cx(), &configuration, 0) != VPX_CODEC_OK) {
      std::abort();
    }
    vpx_codec_control(&codec_, VP8E_SET_CPUUSED, -12);
    vpx_codec_control(&codec_, VP8E_SET_SCREEN_CONTENT_MODE, 2u);
  }
  ~BareVpx() { vpx_codec_destroy(&codec_); }
  BareVpx(const BareVpx&) = delete;
  BareVpx& operator=(const BareVpx&) = delete;

  void encode(I420Frame& frame, std::int64_t at_us) {
    vpx_image_t image{};
    vpx_img_wrap(&image, VPX_IMG_FMT_I420, kWidth, kHeight, 1, frame.luma());
    image.planes[VPX_PLANE_U] = frame.blue();
    image.planes[VPX_PLANE_V] = frame.red();
    image.stride[VPX_PLANE_U] = image.stride[VPX_PLANE_V] = frame.chroma_stride();
    if (vpx_codec_encode(&codec_, &image, at_us, kFrameUs, 0, VPX_DL_REALTIME) != VPX_CODEC_OK) {
      std::abort();
    }
    vpx_codec_iter_t iterator = nullptr;
    while (vpx_codec_get_cx_data(&codec_, &iterator) != nullptr) {
    }
  }

 private:
  vpx_codec_ctx_t codec_{};
};

struct Scene {
  std::string name;
  std::function<void(TestScreen&, int)> draw;
};

std::vector<Scene> scenes() {
  return {{"typing", [](TestScreen& screen, int i) {
             screen.draw_text({static_cast<std::uint16_t>(i * 16 % 600), 640, 24, 32});
           }},
          {"half_screen", [](TestScreen& screen, int) { screen.draw_text({0, 640, 720, 480}); }},
          {"full_screen", [](TestScreen& screen, int i) {
             screen.draw_text({0, static_cast<std::uint16_t>(i % 100), 720, 1000});
             screen.damage_all();
           }}};
}

void measure(const Scene& scene) {
  TestScreen screen(kWidth, kHeight, 3);
  auto encoder = std::move(*create_vpx_encoder({kWidth, kHeight, kBitrateBps, 60}));
  BareVpx bare;
  SealedWay sealed;
  I420Frame kept(kWidth, kHeight);
  double ours_us = 0;
  double bare_us = 0;
  for (int i = 0; i < kFrames; ++i) {
    if (i > 0) scene.draw(screen, i);
    const std::int64_t at_us = (i + 60) * kFrameUs;
    const FrameView view = screen.view(at_us);
    const double begin_us = thread_cpu_us();
    DamageMap damage(kWidth, kHeight);
    for (const Rectangle& rectangle : view.damage) damage.add(rectangle);
    convert_damaged(view, damage, kept);
    const auto encoded = encoder->encode(kept, damage, i == 0, at_us);
    if (!encoded) std::abort();
    sealed.send(*encoded, at_us);
    const double middle_us = thread_cpu_us();
    bare.encode(kept, at_us);
    const double end_us = thread_cpu_us();
    if (i == 0) continue;  // the key frame is a different story
    ours_us += middle_us - begin_us;
    bare_us += end_us - middle_us;
  }
  bench::print_line("cpu_per_frame_" + scene.name, ours_us / (kFrames - 1), "us",
                    bare_us / (kFrames - 1));
}

}  // namespace
}  // namespace rookery::media

int main() {
  for (const auto& scene : rookery::media::scenes()) rookery::media::measure(scene);
  return rookery::media::measure_loopback();
}
