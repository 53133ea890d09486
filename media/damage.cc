#include "media/damage.h"

#include <algorithm>

namespace rookery::media {

DamageMap::DamageMap(int width_px, int height_px)
    : width_px_(width_px),
      height_px_(height_px),
      columns_((width_px + kMacroblockPx - 1) / kMacroblockPx),
      rows_((height_px + kMacroblockPx - 1) / kMacroblockPx),
      blocks_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), 0) {}

void DamageMap::add(const Rectangle& rectangle) {
  const int right = std::min<int>(rectangle.x + rectangle.width, width_px_);
  const int bottom = std::min<int>(rectangle.y + rectangle.height, height_px_);
  if (rectangle.x >= right || rectangle.y >= bottom) return;
  const int first_column = rectangle.x / kMacroblockPx;
  const int last_column = (right - 1) / kMacroblockPx;
  const int last_row = (bottom - 1) / kMacroblockPx;
  for (int row = rectangle.y / kMacroblockPx; row <= last_row; ++row) {
    std::fill_n(blocks_.begin() + row * columns_ + first_column, last_column - first_column + 1, 1);
  }
}

void DamageMap::add_all() { std::fill(blocks_.begin(), blocks_.end(), 1); }

void DamageMap::merge(const DamageMap& other) {
  for (std::size_t i = 0; i < blocks_.size(); ++i) blocks_[i] |= other.blocks_[i];
}

void DamageMap::clear() { std::fill(blocks_.begin(), blocks_.end(), 0); }

int DamageMap::damaged_count() const {
  return static_cast<int>(std::count(blocks_.begin(), blocks_.end(), 1));
}

std::vector<Rectangle> DamageMap::boxes() const {
  std::vector<Rectangle> boxes;
  std::size_t above_begin = 0;  // boxes from here on end at the row above and may still grow
  for (int row = 0; row < rows_; ++row) {
    std::vector<Rectangle> grown;
    const std::uint8_t* blocks = blocks_.data() + static_cast<std::size_t>(row) * columns_;
    for (int column = 0; column < columns_; ++column) {
      if (blocks[column] == 0) continue;
      const int first = column;
      while (column < columns_ && blocks[column] != 0) ++column;
      const int x = first * kMacroblockPx;
      const int y = row * kMacroblockPx;
      const int width = std::min(column * kMacroblockPx, width_px_) - x;
      const int height = std::min(y + kMacroblockPx, height_px_) - y;
      const auto above = std::find_if(
          boxes.begin() + static_cast<std::ptrdiff_t>(above_begin), boxes.end(),
          [&](const Rectangle& box) { return box.x == x && box.width == width; });
      if (above != boxes.end()) {
        grown.push_back(*above);
        grown.back().height = static_cast<std::uint16_t>(above->height + height);
        boxes.erase(above);
      } else {
        grown.push_back({static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                         static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height)});
      }
    }
    above_begin = boxes.size();
    boxes.insert(boxes.end(), grown.begin(), grown.end());
  }
  return boxes;
}

}  // namespace rookery::media
