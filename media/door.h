// Where viewers knock: the thread that reads the host's socket, answers handshakes, and hands every
// other datagram to its phone.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <thread>

#include "media/key_pair.h"
#include "media/media_clock.h"
#include "media/phone_inbox.h"
#include "media/receiver_table.h"
#include "media/ticket_book.h"
#include "media/udp_socket.h"

namespace rookery::media {

class Door {
 public:
  struct Links {
    KeyPair key;
    UdpSocket& socket;
    TicketBook& tickets;
    ReceiverTable& receivers;
    // The phone's inbox; null while no guest is attached.
    std::function<std::shared_ptr<PhoneInbox>(const EntityId&)> inbox_of;
    std::function<void(const host::AdmitSession&)> expired;  // nobody used this ticket in time
  };

  explicit Door(Links links);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

 private:
  // Sent again for the same initiation: a viewer repeats it until an answer arrives.
  struct Answered {
    Bytes initiation;
    Bytes response;
  };

  void run();
  void wait() const;
  void take(const Address& from, BytesView packet);
  void answer(const Address& from, BytesView initiation);
  void expire_tickets();

  const Links links_;
  const int stop_fd_;
  std::atomic<bool> stopping_{false};
  std::map<Id128, Answered> answered_;
  std::int64_t next_expiry_us_ = kNever;
  std::thread thread_;
};

}  // namespace rookery::media
