#include "media/phone_inbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace rookery::media {

PhoneInbox::PhoneInbox() : event_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

PhoneInbox::~PhoneInbox() { close(event_fd_); }

void PhoneInbox::post(PhoneMessage message) {
  const std::lock_guard lock(mutex_);
  if (const auto* datagram = std::get_if<ViewerDatagram>(&message)) {
    std::size_t& waiting = datagrams_[datagram->receiver_index];
    if (waiting >= kDatagramsMax) return;
    ++waiting;
  }
  const bool first = messages_.empty();
  messages_.push_back(std::move(message));
  if (first) eventfd_write(event_fd_, 1);
}

std::vector<PhoneMessage> PhoneInbox::take() {
  const std::lock_guard lock(mutex_);
  eventfd_t count = 0;
  eventfd_read(event_fd_, &count);
  datagrams_.clear();
  return std::exchange(messages_, {});
}

}  // namespace rookery::media
