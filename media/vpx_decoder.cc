#include "media/vpx_decoder.h"

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include <array>
#include <string>
#include <vector>

#include "media/vp9_header.h"

namespace rookery::media {
namespace {

constexpr std::size_t kFrameBytesMax = 8u << 20;
// As large as a phone's screen can be; libvpx would take gigabytes for what 14 bits can say.
constexpr int kSidePxMax = 4096;
constexpr const char* kTooLarge = "video decoder: a side has more than 4096 pixels";

// A key frame that names a larger picture (RFC 6386, section 9.1).
bool vp8_too_large(std::span<const std::uint8_t> bytes) {
  const bool key = (bytes[0] & 1) == 0;
  if (!key || bytes.size() < 10) return false;
  const auto side_px = [&](std::size_t at) { return (bytes[at + 1] & 0x3f) << 8 | bytes[at]; };
  return side_px(6) > kSidePxMax || side_px(8) > kSidePxMax;
}

// What VP9's decoder draws into. The header that we read is the first frame's; libvpx goes on with
// what is behind it, and gets no room for a larger picture there, either.
class PictureMemory {
 public:
  static int lend(void* self, std::size_t bytes_min, vpx_codec_frame_buffer_t* to) {
    auto& places = static_cast<PictureMemory*>(self)->places_;
    if (bytes_min > kPictureBytesMax) return -1;
    for (Place& place : places) {
      if (place.lent) continue;
      if (place.bytes.size() < bytes_min) place.bytes.assign(bytes_min, 0);
      place.lent = true;
      *to = {place.bytes.data(), place.bytes.size(), &place};
      return 0;
    }
    return -1;
  }
  static int take_back(void*, vpx_codec_frame_buffer_t* from) {
    if (from->priv != nullptr) static_cast<Place*>(from->priv)->lent = false;
    *from = {};
    return 0;
  }

 private:
  // With libvpx's border of 160 pixels on each side.
  static constexpr std::size_t kRowMax = kSidePxMax + 2 * 160;
  static constexpr std::size_t kPictureBytesMax = kRowMax * kRowMax * 3 / 2 + 64;
  struct Place {
    std::vector<std::uint8_t> bytes;
    bool lent = false;
  };
  std::array<Place, VP9_MAXIMUM_REF_BUFFERS + VPX_MAXIMUM_WORK_BUFFERS> places_;
};

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
    if (kind_ == VideoCodec::kVp9 &&
        vpx_codec_set_frame_buffer_functions(&codec_, PictureMemory::lend, PictureMemory::take_back,
                                             &memory_) != VPX_CODEC_OK) {
      return Error{std::string("video decoder: memory: ") + vpx_codec_error(&codec_)};
    }
    return Done{};
  }

  Result<Picture> decode(std::span<const std::uint8_t> bytes) override {
    // libvpx takes an empty frame as "lost, show the last one again"; that is not for us.
    if (bytes.empty() || bytes.size() > kFrameBytesMax) {
      return Error{"video decoder: a frame must have 1 byte to 8 MiB"};
    }
    if (const Status sane = check_header(bytes); !sane) return sane.error();
    if (vpx_codec_decode(&codec_, bytes.data(), static_cast<unsigned>(bytes.size()), nullptr, 0) !=
        VPX_CODEC_OK) {
      const char* detail = vpx_codec_error_detail(&codec_);
      return Error{std::string("video decoder: ") + vpx_codec_error(&codec_) +
                   (detail != nullptr ? std::string(": ") + detail : std::string()) +
                   "; ask for a key frame"};
    }
    vpx_codec_iter_t iterator = nullptr;
    const vpx_image_t* image = vpx_codec_get_frame(&codec_, &iterator);
    if (image == nullptr) return Error{"video decoder: no picture; ask for a key frame"};
    if (image->fmt != VPX_IMG_FMT_I420) return Error{"video decoder: the picture is not I420"};
    if (image->d_w > kSidePxMax || image->d_h > kSidePxMax) return Error{kTooLarge};
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
  Status check_header(std::span<const std::uint8_t> bytes) const {
    if (kind_ == VideoCodec::kVp8) {
      if (vp8_too_large(bytes)) return Error{kTooLarge};
      return Done{};
    }
    const auto header = read_vp9_header(bytes);
    if (!header) return Error{"video decoder: not one frame of VP9, profile 0"};
    if (header->width_px > kSidePxMax || header->height_px > kSidePxMax) return Error{kTooLarge};
    return Done{};
  }

  const VideoCodec kind_;
  PictureMemory memory_;  // outlives what draws into it
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
