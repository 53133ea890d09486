// Tickets that let one viewer in, once, for a short time.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "schemas/host_messages.h"

namespace rookery::media {

// Thread-safe. Times are microseconds since 1970-01-01 UTC, as in the ticket.
class TicketBook {
 public:
  TicketBook();
  ~TicketBook();
  TicketBook(const TicketBook&) = delete;
  TicketBook& operator=(const TicketBook&) = delete;

  // An eventfd, readable after a ticket was added.
  int added_fd() const { return added_fd_; }

  // Adding a ticket again, even a used one, changes nothing. False: it was used or voided before.
  bool add(const host::AdmitSession& admission);
  // What a handshake with this ticket may open; nothing if it is unknown, used or expired.
  std::optional<host::AdmitSession> find(const Id128& ticket, std::int64_t now_us) const;
  // The viewer has proved to hold the ticket's key. False for everyone but the first, in time.
  bool use(const Id128& ticket, std::int64_t now_us);
  // The session is over: its ticket opens nothing any more.
  void void_session(const EntityId& session);
  // Forgets what has expired; returns the sessions whose ticket nobody used.
  std::vector<host::AdmitSession> expire(std::int64_t now_us);
  // When expire() has something to do next; nothing if no ticket is known.
  std::optional<std::int64_t> next_expiry_us() const;

 private:
  struct Entry {
    host::AdmitSession admission;
    bool open = true;
  };
  const int added_fd_;
  mutable std::mutex mutex_;
  // A used ticket is remembered until it expires, so that it cannot be admitted a second time.
  std::map<Id128, Entry> entries_;
};

}  // namespace rookery::media
