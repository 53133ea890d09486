#include "guest-agent/agent/spare_keys.h"

#include <algorithm>

namespace rookery::guest {

std::optional<std::size_t> SpareKeys::find(std::uint32_t symbol) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const Key& key) { return key.symbol == symbol; });
  if (symbol == 0 || found == keys_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - keys_.begin());
}

void SpareKeys::use(std::size_t key) { keys_[key].used = ++uses_; }

void SpareKeys::lend(std::span<const std::uint32_t> soon,
                     const std::function<bool(std::size_t)>& held) {
  std::vector<std::uint32_t> wanted;
  for (const std::uint32_t symbol : soon) {
    if (wanted.size() == keys_.size()) break;
    if (std::find(wanted.begin(), wanted.end(), symbol) == wanted.end()) wanted.push_back(symbol);
  }
  std::vector<std::size_t> free;
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    const bool kept = std::find(wanted.begin(), wanted.end(), keys_[key].symbol) != wanted.end();
    if (!kept && !held(key) && keys_[key].used <= uses_before_change_) free.push_back(key);
  }
  std::stable_sort(free.begin(), free.end(),
                   [&](std::size_t a, std::size_t b) { return keys_[a].used < keys_[b].used; });
  auto next = free.begin();
  for (const std::uint32_t symbol : wanted) {
    if (find(symbol)) continue;
    if (next == free.end()) break;
    keys_[*next++].symbol = symbol;
  }
  uses_before_change_ = uses_;
}

}  // namespace rookery::guest
