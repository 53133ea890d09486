// Where a picture stands in a window, and which of its pixels lies under a point.
#pragma once

#include <optional>

#include "schemas/input_events.h"

namespace rookery::tool {

struct Size {
  int width_px = 0;
  int height_px = 0;
};

// As large as fits, sides in proportion, in the middle. Coordinates are the window's device pixels.
struct Placement {
  int x = 0;
  int y = 0;
  int width_px = 0;
  int height_px = 0;
};
Placement fit(Size picture, Size window);

// Nothing when the point is beside the picture, unless `clamp`: then the nearest pixel.
std::optional<Point> point_in_picture(Size picture, const Placement& placement, double x, double y,
                                      bool clamp);

}  // namespace rookery::tool
