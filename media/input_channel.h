// Inputs that reach the guest once, in order, over packets that may be lost, doubled or reordered.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "schemas/client_messages.h"

namespace rookery::media {

// The viewer's end: keeps what is not acknowledged and says it again.
class InputSender {
 public:
  // False: kWaitingMax inputs wait already (the host is gone); the input is not taken.
  bool push(InputEvent event);
  // A batch to send now, oldest first, at most one packet; nothing when all is acknowledged, or
  // when all was sent less than `resend_after_us` ago.
  std::optional<wire::InputBatch> next_batch(std::int64_t now_us, std::int64_t resend_after_us);
  void acknowledge(std::uint64_t up_to);

  std::uint64_t pushed() const { return next_sequence_ - 1; }
  std::uint64_t acknowledged() const { return first_waiting_ - 1; }

 private:
  static constexpr std::size_t kWaitingMax = 10'000;

  std::deque<InputEvent> waiting_;
  std::uint64_t first_waiting_ = 1;  // sequence of waiting_.front()
  std::uint64_t next_sequence_ = 1;
  std::uint64_t sent_up_to_ = 0;
  std::int64_t sent_us_ = 0;
};

// The host's end: lets each input through once, in order.
class InputReceiver {
 public:
  // So many were taken before.
  explicit InputReceiver(std::uint64_t taken = 0) : taken_(taken) {}

  // The events of this batch that are new and next in line.
  std::vector<InputEvent> take(wire::InputBatch batch);
  std::uint64_t taken() const { return taken_; }

 private:
  std::uint64_t taken_;
};

}  // namespace rookery::media
