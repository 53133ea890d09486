#include "media/quality_debt.h"

#include <algorithm>

namespace rookery::media {

QualityDebt::QualityDebt(int block_count, int good_quantizer)
    : good_quantizer_(good_quantizer), quantizers_(static_cast<std::size_t>(block_count), 0) {}

void QualityDebt::coded(const DamageMap& active, int quantizer, bool key) {
  for (int i = 0; i < active.block_count(); ++i) {
    if (key || active.damaged(i)) quantizers_[static_cast<std::size_t>(i)] = quantizer;
  }
  owed_ = static_cast<int>(std::count_if(quantizers_.begin(), quantizers_.end(),
                                         [this](int q) { return q > good_quantizer_; }));
}

void QualityDebt::refinement(int blocks_max, DamageMap& active) const {
  int added = 0;
  for (int i = 0; i < active.block_count() && added < blocks_max; ++i) {
    if (quantizers_[static_cast<std::size_t>(i)] <= good_quantizer_) continue;
    active.add_block(i);
    ++added;
  }
}

}  // namespace rookery::media
