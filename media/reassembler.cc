#include "media/reassembler.h"

#include <algorithm>
#include <utility>

namespace rookery::media {

std::vector<WholeFrame> Reassembler::add(wire::VideoFragment fragment, std::int64_t now_us) {
  if (fragment.frame_id <= last_delivered_) return {};
  if (fragment.frame_id > newest_seen_ + kFrameIdLeapMax) return {};
  auto found = partial_.find(fragment.frame_id);
  if (found == partial_.end()) {
    make_room(fragment.frame_id);
    if (partial_.size() >= kFramesMax) return {};
    Partial partial;
    partial.frame = {fragment.frame_id,  fragment.key, fragment.captured_us, fragment.width_px,
                     fragment.height_px, {},           fragment.codec};
    partial.fragments.resize(fragment.count);
    partial.count = fragment.count;
    partial.first_seen_us = now_us;
    found = partial_.emplace(fragment.frame_id, std::move(partial)).first;
  }
  Partial& partial = found->second;
  const bool fits = fragment.count == partial.count && fragment.key == partial.frame.key &&
                    fragment.codec == partial.frame.codec;
  if (!fits) return {};
  Bytes& place = partial.fragments[fragment.index];
  if (!place.empty() || bytes_ + fragment.bytes.size() > kBytesMax) return {};
  bytes_ += fragment.bytes.size();
  place = std::move(fragment.bytes);
  ++partial.have;
  newest_seen_ = std::max(newest_seen_, fragment.frame_id);
  if (!partial.complete()) return {};
  return deliver();
}

std::vector<WholeFrame> Reassembler::deliver() {
  std::vector<WholeFrame> out;
  for (;;) {
    // A whole key frame needs nothing before it: all that is older is passed over.
    auto next = partial_.end();
    for (auto entry = partial_.begin(); entry != partial_.end(); ++entry) {
      const bool in_line = !chain_broken_ && entry->first == last_delivered_ + 1;
      if (entry->second.complete() && (in_line || entry->second.frame.key)) {
        next = entry;
        if (entry->second.frame.key) continue;  // a still newer key frame is better
      }
    }
    if (next == partial_.end()) break;
    // Frames in line before a key frame are decodable too, and come first.
    const auto in_line = partial_.find(last_delivered_ + 1);
    if (!chain_broken_ && in_line != partial_.end() && in_line->second.complete()) next = in_line;
    Partial& partial = next->second;
    for (const Bytes& piece : partial.fragments) {
      partial.frame.bytes.insert(partial.frame.bytes.end(), piece.begin(), piece.end());
    }
    if (last_delivered_ > 0) frames_lost_ += partial.frame.frame_id - last_delivered_ - 1;
    last_delivered_ = partial.frame.frame_id;
    chain_broken_ = false;
    out.push_back(std::move(partial.frame));
    forget_before(last_delivered_ + 1);
  }
  if (partial_.empty()) stuck_since_us_ = 0;
  return out;
}

void Reassembler::forget_before(std::uint64_t frame_id) {
  while (!partial_.empty() && partial_.begin()->first < frame_id) {
    for (const Bytes& piece : partial_.begin()->second.fragments) bytes_ -= piece.size();
    partial_.erase(partial_.begin());
  }
  stuck_since_us_ = 0;
}

// The newest frames win: the oldest that waits is given up, and with it its chain.
void Reassembler::make_room(std::uint64_t incoming_frame_id) {
  const bool full = partial_.size() >= kFramesMax || bytes_ > kBytesMax - kBytesMax / 4;
  if (!full || partial_.begin()->first > incoming_frame_id) return;
  chain_broken_ = true;
  forget_before(partial_.begin()->first + 1);
}

std::vector<wire::Nack> Reassembler::missing(std::int64_t now_us) {
  std::vector<wire::Nack> out;
  for (auto& [frame_id, partial] : partial_) {
    if (chain_broken_ && !partial.frame.key) continue;  // cannot be decoded any more
    const bool last = frame_id == newest_seen_;
    const std::int64_t patience = last ? 4 * kReorderUs : kReorderUs;
    if (partial.complete() || now_us - partial.first_seen_us < patience) continue;
    if (partial.asked_us != 0 && now_us - partial.asked_us < kNackIntervalUs) continue;
    partial.asked_us = now_us;
    wire::Nack nack;
    nack.frame_id = frame_id;
    for (std::uint16_t i = 0; i < partial.count; ++i) {
      if (partial.fragments[i].empty() && nack.missing.size() < wire::kMissingFragmentsMax) {
        nack.missing.push_back(i);
      }
    }
    out.push_back(std::move(nack));
  }
  return out;
}

bool Reassembler::needs_key_frame(std::int64_t now_us) {
  if (chain_broken_) {
    // One that is on its way needs its missing fragments, not another one behind it.
    for (const auto& [frame_id, partial] : partial_) {
      if (partial.frame.key && now_us - partial.first_seen_us < kGiveUpUs) return false;
    }
    return newest_seen_ > 0 || last_delivered_ == 0;
  }
  if (partial_.empty()) return false;
  if (stuck_since_us_ == 0) stuck_since_us_ = now_us;
  // A frame of which nothing at all came cannot be asked for by fragment.
  const bool whole_frame_missing = partial_.begin()->first != last_delivered_ + 1;
  const std::int64_t patience = whole_frame_missing ? 4 * kReorderUs : kGiveUpUs;
  if (now_us - stuck_since_us_ > patience) chain_broken_ = true;
  return chain_broken_;
}

}  // namespace rookery::media
