#include "media/ticket_book.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace rookery::media {

TicketBook::TicketBook() : added_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

TicketBook::~TicketBook() { close(added_fd_); }

bool TicketBook::add(const host::AdmitSession& admission) {
  const std::lock_guard lock(mutex_);
  eventfd_write(added_fd_, 1);
  return entries_.try_emplace(admission.ticket, Entry{admission, true}).first->second.open;
}

std::optional<host::AdmitSession> TicketBook::find(const Id128& ticket, std::int64_t now_us) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(ticket);
  if (entry == entries_.end() || !entry->second.open) return std::nullopt;
  if (entry->second.admission.ticket_expires_us <= now_us) return std::nullopt;
  return entry->second.admission;
}

bool TicketBook::use(const Id128& ticket, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(ticket);
  if (entry == entries_.end() || !entry->second.open) return false;
  if (entry->second.admission.ticket_expires_us <= now_us) return false;
  entry->second.open = false;
  return true;
}

void TicketBook::void_session(const EntityId& session) {
  const std::lock_guard lock(mutex_);
  for (auto& [ticket, entry] : entries_) {
    if (entry.admission.session == session) entry.open = false;
  }
}

std::vector<host::AdmitSession> TicketBook::expire(std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  std::vector<host::AdmitSession> unused;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->second.admission.ticket_expires_us > now_us) {
      ++entry;
      continue;
    }
    if (entry->second.open) unused.push_back(entry->second.admission);
    entry = entries_.erase(entry);
  }
  return unused;
}

std::optional<std::int64_t> TicketBook::next_expiry_us() const {
  const std::lock_guard lock(mutex_);
  std::optional<std::int64_t> next;
  for (const auto& [ticket, entry] : entries_) {
    const std::int64_t expires_us = entry.admission.ticket_expires_us;
    next = next ? std::min(*next, expires_us) : expires_us;
  }
  return next;
}

}  // namespace rookery::media
