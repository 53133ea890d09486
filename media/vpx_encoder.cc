#include "media/vpx_encoder.h"

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>
#include <string>
#include <vector>

namespace rookery::media {
namespace {

// -6 is the slowest that keeps real time; -12 costs a fifth less for the same picture of text.
constexpr int kVp8Speed = -12;
// The fastest but one: 9 codes screens coarsely.
constexpr int kVp9Speed = 8;
// Profile 2 (RFC 6386, section 9.1) has no loop filter. The filter would soften text and touch
// frozen blocks' edges on every frame.
constexpr unsigned kVp8Profile = 2;
// VP9's loop filter is off for the same reasons, by a control.
constexpr int kNoLoopFilter = 2;
// A quiet second must not look to the rate control like a low frame rate.
constexpr std::int64_t kFrameGapUsMax = 100'000;
constexpr std::int64_t kFrameGapUsMin = 1'000;
// Only the last frame is a reference: one search a block, and nothing is ever shown from far back.
constexpr vpx_enc_frame_flags_t kLastFrameOnly =
    VP8_EFLAG_NO_REF_GF | VP8_EFLAG_NO_REF_ARF | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF;

vpx_codec_iface_t* interface_of(VideoCodec codec) {
  return codec == VideoCodec::kVp9 ? vpx_codec_vp9_cx() : vpx_codec_vp8_cx();
}

Error failure(const char* step, vpx_codec_ctx_t& codec) {
  const char* detail = vpx_codec_error_detail(&codec);
  return {std::string("video encoder: ") + step + ": " + vpx_codec_error(&codec) +
          (detail != nullptr ? std::string(": ") + detail : std::string())};
}

vpx_codec_enc_cfg_t configuration(const EncoderOptions& options) {
  vpx_codec_enc_cfg_t configuration{};
  vpx_codec_enc_config_default(interface_of(options.codec), &configuration, 0);
  configuration.g_w = static_cast<unsigned>(options.width_px);
  configuration.g_h = static_cast<unsigned>(options.height_px);
  configuration.g_threads = 1;
  configuration.g_profile = options.codec == VideoCodec::kVp8 ? kVp8Profile : 0;
  configuration.g_timebase = {1, 1'000'000};
  configuration.g_error_resilient = 0;
  configuration.g_lag_in_frames = 0;
  configuration.g_pass = VPX_RC_ONE_PASS;
  configuration.rc_end_usage = VPX_CBR;
  configuration.rc_target_bitrate = options.bitrate_bps / 1000;
  configuration.rc_min_quantizer = kQuantizerBest;
  configuration.rc_max_quantizer = kQuantizerWorst;
  configuration.rc_dropframe_thresh = 0;
  configuration.rc_resize_allowed = 0;
  configuration.rc_undershoot_pct = 100;
  configuration.rc_overshoot_pct = 15;
  configuration.rc_buf_initial_sz = 300;
  configuration.rc_buf_optimal_sz = 300;
  configuration.rc_buf_sz = 500;
  configuration.kf_mode = VPX_KF_DISABLED;
  return configuration;
}

class LibvpxEncoder final : public VpxEncoder {
 public:
  explicit LibvpxEncoder(const EncoderOptions& options)
      : options_(options), configuration_(configuration(options)) {}
  ~LibvpxEncoder() override {
    if (open_) vpx_codec_destroy(&codec_);
  }
  LibvpxEncoder(const LibvpxEncoder&) = delete;
  LibvpxEncoder& operator=(const LibvpxEncoder&) = delete;

  Status open() {
    if (vpx_codec_enc_init(&codec_, interface_of(options_.codec), &configuration_, 0) !=
        VPX_CODEC_OK) {
      return failure("start", codec_);
    }
    open_ = true;
    if (!(options_.codec == VideoCodec::kVp9 ? control_vp9() : control_vp8())) {
      return failure("configure", codec_);
    }
    return Done{};
  }

  Result<EncodedPicture> encode(const I420Frame& frame, const DamageMap& active, bool key,
                                std::int64_t now_us, int worst_quantizer) override {
    if (frame.width_px() != options_.width_px || frame.height_px() != options_.height_px) {
      return Error{"video encoder: the frame's size is not the encoder's; make a new encoder"};
    }
    if (!apply_bounds(worst_quantizer) || !apply_active_map(active, key)) {
      return failure("configure", codec_);
    }
    const std::int64_t gap_us =
        std::clamp(now_us - last_encode_us_, kFrameGapUsMin, kFrameGapUsMax);
    last_encode_us_ = now_us;
    const vpx_enc_frame_flags_t flags = key ? VPX_EFLAG_FORCE_KF : kLastFrameOnly;
    auto picture = encode_once(frame, flags, gap_us);
    // Screen content mode 2 gives up a picture that changes much and would overshoot, and codes the
    // next one with the worst quantizer: that next one is the same picture.
    if (picture && picture->bytes.empty()) picture = encode_once(frame, flags, kFrameGapUsMin);
    if (picture && picture->bytes.empty()) {
      return Error{"video encoder: no output for a frame although dropping is off"};
    }
    return picture;
  }

  void set_bitrate(std::uint32_t bitrate_bps) override {
    const unsigned kilobits = std::max(1u, bitrate_bps / 1000);
    if (kilobits == configuration_.rc_target_bitrate) return;
    configuration_.rc_target_bitrate = kilobits;
    changed_ = true;
  }

 private:
  bool control_vp8() {
    return vpx_codec_control(&codec_, VP8E_SET_CPUUSED, kVp8Speed) == VPX_CODEC_OK &&
           vpx_codec_control(&codec_, VP8E_SET_NOISE_SENSITIVITY, 0u) == VPX_CODEC_OK &&
           vpx_codec_control(&codec_, VP8E_SET_SCREEN_CONTENT_MODE, 2u) == VPX_CODEC_OK &&
           vpx_codec_control(&codec_, VP8E_SET_TOKEN_PARTITIONS, 0) == VPX_CODEC_OK &&
           vpx_codec_control(&codec_, VP8E_SET_ENABLEAUTOALTREF, 0u) == VPX_CODEC_OK;
  }

  bool control_vp9() {
    return vpx_codec_control(&codec_, VP8E_SET_CPUUSED, kVp9Speed) == VPX_CODEC_OK &&
           vpx_codec_control(&codec_, VP9E_SET_TUNE_CONTENT, VP9E_CONTENT_SCREEN) == VPX_CODEC_OK &&
           vpx_codec_control(&codec_, VP9E_SET_AQ_MODE, 0u) == VPX_CODEC_OK &&
           vpx_codec_control(&codec_, VP9E_SET_DISABLE_LOOPFILTER, kNoLoopFilter) == VPX_CODEC_OK &&
           vpx_codec_control(&codec_, VP8E_SET_ENABLEAUTOALTREF, 0u) == VPX_CODEC_OK;
  }

  bool apply_bounds(int worst_quantizer) {
    const auto worst = static_cast<unsigned>(std::clamp(worst_quantizer, kQuantizerBest, 63));
    if (worst != configuration_.rc_max_quantizer) {
      configuration_.rc_max_quantizer = worst;
      changed_ = true;
    }
    if (!changed_) return true;
    changed_ = false;
    return vpx_codec_enc_config_set(&codec_, &configuration_) == VPX_CODEC_OK;
  }

  bool apply_active_map(const DamageMap& active, bool key) {
    active_blocks_ = active.blocks();
    if (key) std::fill(active_blocks_.begin(), active_blocks_.end(), 1);
    vpx_active_map_t map{active_blocks_.data(), static_cast<unsigned>(active.rows()),
                         static_cast<unsigned>(active.columns())};
    return vpx_codec_control(&codec_, VP8E_SET_ACTIVEMAP, &map) == VPX_CODEC_OK;
  }

  static void describe(const I420Frame& frame, vpx_image_t& image) {
    // libvpx only reads the planes of a source image.
    auto& pixels = const_cast<I420Frame&>(frame);
    vpx_img_wrap(&image, VPX_IMG_FMT_I420, static_cast<unsigned>(frame.width_px()),
                 static_cast<unsigned>(frame.height_px()), 1, pixels.luma());
    image.planes[VPX_PLANE_Y] = pixels.luma();
    image.planes[VPX_PLANE_U] = pixels.blue();
    image.planes[VPX_PLANE_V] = pixels.red();
    image.stride[VPX_PLANE_Y] = frame.luma_stride();
    image.stride[VPX_PLANE_U] = frame.chroma_stride();
    image.stride[VPX_PLANE_V] = frame.chroma_stride();
  }

  // No bytes: the encoder gave the picture up; references are as before.
  Result<EncodedPicture> encode_once(const I420Frame& frame, vpx_enc_frame_flags_t flags,
                                     std::int64_t gap_us) {
    presentation_us_ += gap_us;
    vpx_image_t image{};
    describe(frame, image);
    if (vpx_codec_encode(&codec_, &image, presentation_us_, static_cast<unsigned long>(gap_us),
                         flags, VPX_DL_REALTIME) != VPX_CODEC_OK) {
      return failure("encode", codec_);
    }
    return collect();
  }

  EncodedPicture collect() {
    vpx_codec_iter_t iterator = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_, &iterator)) {
      if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
      EncodedPicture picture;
      picture.bytes = {static_cast<const std::uint8_t*>(packet->data.frame.buf),
                       packet->data.frame.sz};
      picture.key = (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0;
      vpx_codec_control(&codec_, VP8E_GET_LAST_QUANTIZER_64, &picture.quantizer);
      return picture;
    }
    return {};
  }

  const EncoderOptions options_;
  vpx_codec_enc_cfg_t configuration_;
  vpx_codec_ctx_t codec_{};
  bool open_ = false;
  bool changed_ = false;
  std::int64_t last_encode_us_ = 0;
  std::int64_t presentation_us_ = 0;
  std::vector<std::uint8_t> active_blocks_;
};

}  // namespace

Result<std::unique_ptr<VpxEncoder>> create_vpx_encoder(const EncoderOptions& options) {
  if (options.width_px <= 0 || options.height_px <= 0 || options.width_px > 16383 ||
      options.height_px > 16383) {
    return Error{"video encoder: the frame must be 1 to 16383 pixels wide and high"};
  }
  auto encoder = std::make_unique<LibvpxEncoder>(options);
  const Status opened = encoder->open();
  if (!opened) return opened.error();
  return std::unique_ptr<VpxEncoder>(std::move(encoder));
}

}  // namespace rookery::media
