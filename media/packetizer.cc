#include "media/packetizer.h"

#include <utility>

namespace rookery::media {

std::vector<Bytes> packetize(const FrameToSend& frame) {
  const std::size_t count = (frame.bytes.size() + kFragmentBytesMax - 1) / kFragmentBytesMax;
  if (count == 0 || count > wire::kFragmentsMax) return {};
  std::vector<Bytes> messages;
  messages.reserve(count);
  // Pieces of equal size: a last crumb would cost a packet's overhead for nothing.
  const std::size_t piece = (frame.bytes.size() + count - 1) / count;
  wire::VideoFragment fragment;
  fragment.frame_id = frame.frame_id;
  fragment.count = static_cast<std::uint16_t>(count);
  fragment.key = frame.key;
  fragment.captured_us = frame.captured_us;
  fragment.width_px = frame.width_px;
  fragment.height_px = frame.height_px;
  fragment.codec = frame.codec;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = i * piece;
    const auto bytes = frame.bytes.subspan(begin, std::min(piece, frame.bytes.size() - begin));
    fragment.index = static_cast<std::uint16_t>(i);
    fragment.bytes.assign(bytes.begin(), bytes.end());
    messages.push_back(wire::encode_message(fragment));
  }
  return messages;
}

void RetransmitBuffer::keep(std::uint64_t frame_id, std::vector<Bytes> fragments) {
  std::size_t bytes = 0;
  for (const Bytes& fragment : fragments) bytes += fragment.size();
  frames_.push_back({frame_id, std::move(fragments), bytes});
  bytes_ += bytes;
  std::size_t forgotten = 0;
  while (bytes_ > bytes_max_ && forgotten + 1 < frames_.size()) {
    bytes_ -= frames_[forgotten++].bytes;
  }
  frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(forgotten));
}

const Bytes* RetransmitBuffer::find(std::uint64_t frame_id, std::uint16_t index) const {
  for (auto kept = frames_.rbegin(); kept != frames_.rend(); ++kept) {
    if (kept->frame_id != frame_id) continue;
    return index < kept->fragments.size() ? &kept->fragments[index] : nullptr;
  }
  return nullptr;
}

}  // namespace rookery::media
