#include "tools/rookery/view/picture.h"

#include <libyuv/convert_argb.h>
#include <png.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace rookery::tool {
namespace {

constexpr int kBrightnessStep = 20;    // of 219
constexpr int kChangedPixelsMin = 12;  // about half a blinking text cursor

}  // namespace

void Picture::assign(const media::DecodedFrame& frame) {
  width_px = frame.width_px;
  height_px = frame.height_px;
  for (int i = 0; i < 3; ++i) {
    const int width = i == 0 ? width_px : chroma_width_px();
    const int height = i == 0 ? height_px : chroma_height_px();
    planes[i].resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y) {
      const std::uint8_t* row =
          frame.planes[i] + static_cast<std::ptrdiff_t>(y) * frame.strides_bytes[i];
      std::copy(row, row + width, planes[i].data() + static_cast<std::ptrdiff_t>(y) * width);
    }
  }
}

bool visibly_different(const Picture& picture, const media::DecodedFrame& frame) {
  if (picture.width_px != frame.width_px || picture.height_px != frame.height_px) return true;
  int changed = 0;
  for (int y = 0; y < picture.height_px; ++y) {
    const std::uint8_t* before =
        picture.planes[0].data() + static_cast<std::ptrdiff_t>(y) * picture.width_px;
    const std::uint8_t* after =
        frame.planes[0] + static_cast<std::ptrdiff_t>(y) * frame.strides_bytes[0];
    for (int x = 0; x < picture.width_px; ++x) {
      changed += std::abs(before[x] - after[x]) > kBrightnessStep ? 1 : 0;
    }
    if (changed >= kChangedPixelsMin) return true;
  }
  return false;
}

Status write_png(const Picture& picture, const std::filesystem::path& file) {
  if (picture.empty()) return Error{"no picture came yet to write to " + file.string()};
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(picture.width_px) *
                                static_cast<std::size_t>(picture.height_px) * 3);
  // libyuv's RAW is red, green, blue in memory.
  libyuv::I420ToRAW(picture.planes[0].data(), picture.width_px, picture.planes[1].data(),
                    picture.chroma_width_px(), picture.planes[2].data(), picture.chroma_width_px(),
                    rgb.data(), picture.width_px * 3, picture.width_px, picture.height_px);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width_px);
  image.height = static_cast<png_uint_32>(picture.height_px);
  image.format = PNG_FORMAT_RGB;
  std::error_code error;
  // A device, a pipe or a link is written to, never replaced.
  if (std::filesystem::exists(file, error) &&
      std::filesystem::symlink_status(file, error).type() != std::filesystem::file_type::regular) {
    std::FILE* out = std::fopen(file.c_str(), "wb");
    const bool written =
        out != nullptr && png_image_write_to_stdio(&image, out, 0, rgb.data(), 0, nullptr) != 0;
    const bool closed = out != nullptr && std::fclose(out) == 0;
    if (written && closed) return Done{};
    return Error{"cannot write " + file.string() + ": choose a file that can be written"};
  }
  const std::filesystem::path draft = file.string() + ".part";
  if (png_image_write_to_file(&image, draft.c_str(), 0, rgb.data(), 0, nullptr) == 0) {
    std::filesystem::remove(draft, error);
    return Error{"cannot write " + file.string() + " (" + image.message +
                 "): choose a folder that exists and can be written"};
  }
  std::filesystem::rename(draft, file, error);
  if (error) return Error{"cannot write " + file.string() + ": " + error.message()};
  return Done{};
}

}  // namespace rookery::tool
