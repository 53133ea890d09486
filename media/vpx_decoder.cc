#include "media/vpx_decoder.h"

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include <string>

namespace rookery::media {
namespace {

constexpr std::size_t kFrameBytesMax = 8u << 20;
// As large as a phone's screen can be; libvpx would take gigabytes for what 14 bits can say.
constexpr int kSidePxMax = 4096;

// A key frame that names a larger picture (RFC 6386, section 9.1).
bool vp8_too_large(std::span<const std::uint8_t> bytes) {
  const bool key = (bytes[0] & 1) == 0;
  if (!key || bytes.size() < 10) return false;
  const auto side_px = [&](std::size_t at) { return (bytes[at + 1] & 0x3f) << 8 | bytes[at]; };
  return side_px(6) > kSidePxMax || side_px(8) > kSidePxMax;
}

// VP9's key frame (bitstream specification 0.6, section 6.2): profile 0, then the sync code and the
// sides less 1, 16 bits each, 36 bits behind the begin.
bool vp9_too_large(std::span<const std::uint8_t> bytes) {
  const bool key = (bytes[0] & 0xfc) == 0x80;
  if (!key || bytes.size() < 9) return false;
  const auto side_px = [&](std::size_t at) {
    return ((bytes[at] & 0xf) << 12 | bytes[at + 1] << 4 | bytes[at + 2] >> 4) + 1;
  };
  return side_px(4) > kSidePxMax || side_px(6) > kSidePxMax;
}

class LibvpxDecoder final : public VpxDecoder {
 public:
  explicit LibvpxDecoder(VideoCodec kind) : kind_(kind) {}
  ~LibvpxDecoder() override {
    if (open_) vpx_codec_destroy(&codec_);
  }
  LibvpxDecoder(const LibvpxDecoder&) = delete;
  LibvpxDecoder& operator=(const LibvpxDecoder&) = delete;

  Status open() {
    vpx_codec_dec_cfg_t configuration{};
    configuration.threads = 1;
    if (vpx_codec_dec_init(&codec_,
                           kind_ == VideoCodec::kVp9 ? vpx_codec_vp9_dx() : vpx_codec_vp8_dx(),
                           &configuration, 0) != VPX_CODEC_OK) {
      return Error{std::string("video decoder: start: ") + vpx_codec_error(&codec_)};
    }
    open_ = true;
    return Done{};
  }

  Result<Picture> decode(std::span<const std::uint8_t> bytes) override {
    // libvpx takes an empty frame as "lost, show the last one again"; that is not for us.
    if (bytes.empty() || bytes.size() > kFrameBytesMax) {
      return Error{"video decoder: a frame must have 1 byte to 8 MiB"};
    }
    if (kind_ == VideoCodec::kVp9 ? vp9_too_large(bytes) : vp8_too_large(bytes))
      return Error{"video decoder: a side has more than 4096 pixels"};
    if (vpx_codec_decode(&codec_, bytes.data(), static_cast<unsigned>(bytes.size()), nullptr, 0) !=
        VPX_CODEC_OK) {
      return Error{std::string("video decoder: ") + vpx_codec_error(&codec_) +
                   "; ask for a key frame"};
    }
    vpx_codec_iter_t iterator = nullptr;
    const vpx_image_t* image = vpx_codec_get_frame(&codec_, &iterator);
    if (image == nullptr) return Error{"video decoder: no picture; ask for a key frame"};
    Picture picture;
    for (int plane = 0; plane < 3; ++plane) {
      picture.planes[plane] = image->planes[plane];
      picture.strides_bytes[plane] = image->stride[plane];
    }
    picture.width_px = static_cast<int>(image->d_w);
    picture.height_px = static_cast<int>(image->d_h);
    return picture;
  }

 private:
  const VideoCodec kind_;
  vpx_codec_ctx_t codec_{};
  bool open_ = false;
};

}  // namespace

Result<std::unique_ptr<VpxDecoder>> create_vpx_decoder(VideoCodec codec) {
  auto decoder = std::make_unique<LibvpxDecoder>(codec);
  const Status opened = decoder->open();
  if (!opened) return opened.error();
  return std::unique_ptr<VpxDecoder>(std::move(decoder));
}

}  // namespace rookery::media
