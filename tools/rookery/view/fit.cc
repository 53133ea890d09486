#include "tools/rookery/view/fit.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace rookery::tool {

Placement fit(Size picture, Size window) {
  if (picture.width_px <= 0 || picture.height_px <= 0) return {};
  const std::int64_t by_width = std::int64_t{window.width_px} * picture.height_px;
  const std::int64_t by_height = std::int64_t{window.height_px} * picture.width_px;
  Placement place;
  if (by_width <= by_height) {
    place.width_px = window.width_px;
    place.height_px = static_cast<int>(by_width / picture.width_px);
  } else {
    place.width_px = static_cast<int>(by_height / picture.height_px);
    place.height_px = window.height_px;
  }
  place.x = (window.width_px - place.width_px) / 2;
  place.y = (window.height_px - place.height_px) / 2;
  return place;
}

std::optional<Point> point_in_picture(Size picture, const Placement& placement, double x, double y,
                                      bool clamp) {
  if (placement.width_px <= 0 || placement.height_px <= 0) return std::nullopt;
  double px = std::floor((x - placement.x) * picture.width_px / placement.width_px);
  double py = std::floor((y - placement.y) * picture.height_px / placement.height_px);
  const double right = picture.width_px - 1;
  const double bottom = picture.height_px - 1;
  if (!clamp && (px < 0 || py < 0 || px > right || py > bottom)) return std::nullopt;
  px = std::clamp(px, 0.0, right);
  py = std::clamp(py, 0.0, bottom);
  return Point{static_cast<std::uint16_t>(px), static_cast<std::uint16_t>(py)};
}

}  // namespace rookery::tool
