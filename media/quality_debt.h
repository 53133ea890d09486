// Blocks that were last coded coarsely and then stood still: owed to the viewer when it is quiet.
#pragma once

#include <vector>

#include "media/damage.h"

namespace rookery::media {

class QualityDebt {
 public:
  QualityDebt() = default;
  // Nothing shown yet, nothing owed.
  QualityDebt(int block_count, int good_quantizer);

  // These blocks were coded with this quantizer (a key frame: all blocks).
  void coded(const DamageMap& active, int quantizer, bool key);
  bool settled() const { return owed_ == 0; }
  // Adds up to `blocks_max` of the owed blocks, top first, to `active`.
  void refinement(int blocks_max, DamageMap& active) const;

 private:
  int good_quantizer_ = 0;
  int owed_ = 0;
  std::vector<int> quantizers_;
};

}  // namespace rookery::media
