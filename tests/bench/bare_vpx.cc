#include "tests/bench/bare_vpx.h"

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <cstdlib>
#include <span>

#include "media/media_clock.h"
#include "media/vpx_decoder.h"
#include "media/vpx_encoder.h"
#include "tests/bench/cpu_time.h"

namespace rookery::bench {
namespace {

constexpr std::uint32_t kBitrateBps = 20'000'000;

class BareVpx {
 public:
  BareVpx(int width_px, int height_px) : width_px_(width_px), height_px_(height_px) {
    vpx_codec_enc_cfg_t configuration{};
    vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &configuration, 0);
    configuration.g_w = static_cast<unsigned>(width_px);
    configuration.g_h = static_cast<unsigned>(height_px);
    configuration.g_threads = 1;
    configuration.g_profile = 2;
    configuration.g_timebase = {1, 1'000'000};
    configuration.rc_end_usage = VPX_CBR;
    configuration.rc_target_bitrate = kBitrateBps / 1000;
    configuration.rc_min_quantizer = media::kQuantizerBest;
    configuration.rc_max_quantizer = media::kQuantizerWorst;
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

  // Valid until the next call.
  std::span<const std::uint8_t> encode(media::I420Frame& frame, std::int64_t at_us, int frame_us) {
    vpx_image_t image{};
    vpx_img_wrap(&image, VPX_IMG_FMT_I420, static_cast<unsigned>(width_px_),
                 static_cast<unsigned>(height_px_), 1, frame.luma());
    image.stride[VPX_PLANE_Y] = frame.luma_stride();
    image.planes[VPX_PLANE_U] = frame.blue();
    image.planes[VPX_PLANE_V] = frame.red();
    image.stride[VPX_PLANE_U] = image.stride[VPX_PLANE_V] = frame.chroma_stride();
    if (vpx_codec_encode(&codec_, &image, at_us, static_cast<unsigned long>(frame_us), 0,
                         VPX_DL_REALTIME) != VPX_CODEC_OK) {
      std::abort();
    }
    vpx_codec_iter_t iterator = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_, &iterator)) {
      if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
      return {static_cast<const std::uint8_t*>(packet->data.frame.buf), packet->data.frame.sz};
    }
    return {};
  }

 private:
  const int width_px_;
  const int height_px_;
  vpx_codec_ctx_t codec_{};
};

}  // namespace

BareFigures code_barely(std::vector<media::I420Frame>& pictures, int frame_us) {
  BareVpx encoder(pictures.at(0).width_px(), pictures.at(0).height_px());
  auto decoder = std::move(*media::create_vpx_decoder());
  BareFigures out;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const std::int64_t begin_us = media::monotonic_us();
    const double begin_cpu_us = own_cpu_us();
    const auto coded =
        encoder.encode(pictures[i], static_cast<std::int64_t>(i) * frame_us, frame_us);
    const double encode_cpu_us = own_cpu_us() - begin_cpu_us;
    if (coded.empty() || !decoder->decode(coded)) std::abort();
    if (i == 0) continue;
    out.encode_cpu_us += encode_cpu_us;
    out.bits += static_cast<double>(coded.size()) * 8;
    out.there_and_back_ms.push_back(static_cast<double>(media::monotonic_us() - begin_us) / 1e3);
  }
  const auto counted = static_cast<double>(out.there_and_back_ms.size());
  out.encode_cpu_us /= counted;
  out.bits /= counted;
  return out;
}

}  // namespace rookery::bench
