#include "media/web_links.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

#include "media/media_clock.h"

namespace rookery::media {
namespace {

constexpr std::int64_t kLookUs = 1'000'000;

}  // namespace

WebLinks::WebLinks(std::size_t links_max)
    : links_max_(links_max), epoll_fd_(epoll_create1(EPOLL_CLOEXEC)) {}

WebLinks::~WebLinks() {
  for (auto& [fd, entry] : entries_) entry.link->finish(WebSocketClose::kGoingAway);
  close(epoll_fd_);
}

void WebLinks::add(std::unique_ptr<ByteStream> stream, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= links_max_ && !close_oldest_unproved()) return;
  const auto link = std::make_shared<WebLink>(std::move(stream));
  entries_[link->fd()] = {link, now_us};
  // Each edge once, so that nobody has to say what they wait for; the first comes at once.
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.fd = link->fd();
  epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, link->fd(), &event);
}

// Whoever has a ticket proves it at once; those who only wait must not shut the others out.
bool WebLinks::close_oldest_unproved() {
  auto oldest = entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->second.link->proved_us() != 0) continue;
    if (oldest == entries_.end() || entry->second.added_us < oldest->second.added_us) {
      oldest = entry;
    }
  }
  if (oldest == entries_.end()) return false;
  oldest->second.link->finish(WebSocketClose::kGoingAway);
  entries_.erase(oldest);
  return true;
}

bool WebLinks::take_turn(const Take& take, std::int64_t now_us) {
  std::array<epoll_event, 64> events{};
  const int count = epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()), 0);
  std::vector<std::shared_ptr<WebLink>> turns;
  {
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) {
      const auto found = entries_.find(events[static_cast<std::size_t>(i)].data.fd);
      if (found != entries_.end()) found->second.unread = true;
    }
    for (auto& [fd, entry] : entries_) {
      if (std::exchange(entry.unread, false)) turns.push_back(entry.link);
    }
  }
  bool all_read = true;
  for (const auto& link : turns) {
    link->flush();
    const bool read = link->receive([&](BytesView datagram) { take(link, datagram); });
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(link->fd());
    if (found == entries_.end()) continue;
    found->second.unread = !read;
    all_read = all_read && read;
    if (!link->open()) entries_.erase(found);
  }
  if (now_us >= looked_us_ + kLookUs) close_silent(now_us);
  return all_read;
}

void WebLinks::close_silent(std::int64_t now_us) {
  looked_us_ = now_us;
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const auto& at) {
    const Entry& entry = at.second;
    const std::int64_t proved_us = entry.link->proved_us();
    const bool silent =
        proved_us == 0 ? now_us >= entry.added_us + kProveUs : now_us >= proved_us + kSilenceUs;
    if (silent) entry.link->finish(WebSocketClose::kGoingAway);
    return silent || !entry.link->open();
  });
}

std::int64_t WebLinks::next_wake_us() const {
  const std::lock_guard lock(mutex_);
  return entries_.empty() ? kNever : looked_us_ + kLookUs;
}

}  // namespace rookery::media
