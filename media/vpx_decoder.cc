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
bool too_large(std::span<const std::uint8_t> bytes) {
  const bool key = (bytes[0] & 1) == 0;
  if (!key || bytes.size() < 10) return false;
  const auto side_px = [&](std::size_t at) { return (bytes[at + 1] & 0x3f) << 8 | bytes[at]; };
  return side_px(6) > kSidePxMax || side_px(8) > kSidePxMax;
}

class Vp8Decoder final : public VpxDecoder {
 public:
  Vp8Decoder() = default;
  ~Vp8Decoder() override {
    if (open_) vpx_codec_destroy(&codec_);
  }
  Vp8Decoder(const Vp8Decoder&) = delete;
  Vp8Decoder& operator=(const Vp8Decoder&) = delete;

  Status open() {
    vpx_codec_dec_cfg_t configuration{};
    configuration.threads = 1;
    if (vpx_codec_dec_init(&codec_, vpx_codec_vp8_dx(), &configuration, 0) != VPX_CODEC_OK) {
      return Error{std::string("VP8 decoder: start: ") + vpx_codec_error(&codec_)};
    }
    open_ = true;
    return Done{};
  }

  Result<Picture> decode(std::span<const std::uint8_t> bytes) override {
    // libvpx takes an empty frame as "lost, show the last one again"; that is not for us.
    if (bytes.empty() || bytes.size() > kFrameBytesMax) {
      return Error{"VP8 decoder: a frame must have 1 byte to 8 MiB"};
    }
    if (too_large(bytes)) return Error{"VP8 decoder: a side has more than 4096 pixels"};
    if (vpx_codec_decode(&codec_, bytes.data(), static_cast<unsigned>(bytes.size()), nullptr, 0) !=
        VPX_CODEC_OK) {
      return Error{std::string("VP8 decoder: ") + vpx_codec_error(&codec_) +
                   "; ask for a key frame"};
    }
    vpx_codec_iter_t iterator = nullptr;
    const vpx_image_t* image = vpx_codec_get_frame(&codec_, &iterator);
    if (image == nullptr) return Error{"VP8 decoder: no picture; ask for a key frame"};
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
  vpx_codec_ctx_t codec_{};
  bool open_ = false;
};

}  // namespace

Result<std::unique_ptr<VpxDecoder>> create_vpx_decoder() {
  auto decoder = std::make_unique<Vp8Decoder>();
  const Status opened = decoder->open();
  if (!opened) return opened.error();
  return std::unique_ptr<VpxDecoder>(std::move(decoder));
}

}  // namespace rookery::media
