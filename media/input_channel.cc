#include "media/input_channel.h"

#include <algorithm>
#include <utility>

#include "media/secure_channel.h"

namespace rookery::media {
namespace {

constexpr std::size_t kBatchHeaderBytes = 1 + 8 + 2;

}  // namespace

bool InputSender::push(InputEvent event) {
  if (waiting_.size() >= kWaitingMax) return false;
  waiting_.push_back(std::move(event));
  ++next_sequence_;
  return true;
}

std::optional<wire::InputBatch> InputSender::next_batch(std::int64_t now_us,
                                                        std::int64_t resend_after_us) {
  if (waiting_.empty()) return std::nullopt;
  const bool news = sent_up_to_ + 1 < next_sequence_;
  if (!news && now_us - sent_us_ < resend_after_us) return std::nullopt;
  wire::InputBatch batch;
  batch.first = first_waiting_;
  std::size_t bytes = kBatchHeaderBytes;
  for (const InputEvent& event : waiting_) {
    bytes += wire::encoded_input_bytes(event);
    if (bytes > kPlainBytesMax || batch.events.size() == wire::kInputsInPacketMax) break;
    batch.events.push_back(event);
  }
  const std::uint64_t last = batch.first + batch.events.size() - 1;
  // The batch is full of old inputs: the new ones wait until those are acknowledged or due again.
  if (last <= sent_up_to_ && now_us - sent_us_ < resend_after_us) return std::nullopt;
  sent_up_to_ = std::max(sent_up_to_, last);
  sent_us_ = now_us;
  return batch;
}

void InputSender::acknowledge(std::uint64_t up_to) {
  if (up_to >= next_sequence_) return;  // never sent: a lie
  while (first_waiting_ <= up_to) {
    waiting_.pop_front();
    ++first_waiting_;
  }
}

std::vector<InputEvent> InputReceiver::take(wire::InputBatch batch) {
  if (batch.first > taken_ + 1) return {};  // a gap: what fills it is on its way
  const std::uint64_t known = taken_ + 1 - batch.first;
  if (known >= batch.events.size()) return {};
  batch.events.erase(batch.events.begin(),
                     batch.events.begin() + static_cast<std::ptrdiff_t>(known));
  taken_ += batch.events.size();
  return std::move(batch.events);
}

}  // namespace rookery::media
