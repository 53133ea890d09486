// F2: what changed since the last encoded frame, as the encoder counts it: in macroblocks.
#pragma once

#include <cstdint>
#include <vector>

#include "schemas/guest_messages.h"

namespace rookery::media {

inline constexpr int kMacroblockPx = 16;  // RFC 6386, section 2

// A bitmap of 16x16 blocks. Blocks on the right and bottom edge may reach out of the frame.
class DamageMap {
 public:
  DamageMap() = default;
  DamageMap(int width_px, int height_px);

  // Parts outside of the frame are ignored.
  void add(const Rectangle& rectangle);
  void add_block(int index) { blocks_[static_cast<std::size_t>(index)] = 1; }
  void add_all();
  // Both maps must be of the same size.
  void merge(const DamageMap& other);
  void clear();

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  int block_count() const { return columns_ * rows_; }
  bool damaged(int index) const { return blocks_[static_cast<std::size_t>(index)] != 0; }
  bool empty() const { return damaged_count() == 0; }
  int damaged_count() const;
  // Rows from the top, one byte a block, 1 where damaged: the form libvpx takes.
  const std::vector<std::uint8_t>& blocks() const { return blocks_; }

  // Rectangles that cover exactly the damaged blocks, without overlap, cut at the frame's edge;
  // their origins are multiples of 16.
  std::vector<Rectangle> boxes() const;

 private:
  int width_px_ = 0;
  int height_px_ = 0;
  int columns_ = 0;
  int rows_ = 0;
  std::vector<std::uint8_t> blocks_;
};

}  // namespace rookery::media
