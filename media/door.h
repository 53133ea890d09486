// Where viewers knock: the thread that reads the host's socket and its WebSockets, answers
// handshakes, and hands every other datagram to its phone.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "media/key_pair.h"
#include "media/knock_limit.h"
#include "media/media_clock.h"
#include "media/phone_inbox.h"
#include "media/receiver_table.h"
#include "media/ticket_book.h"
#include "media/udp_socket.h"
#include "media/web_links.h"

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
    KnockLimit knocks{};                                     // of datagrams
  };

  explicit Door(Links links);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  // Another way in, by WebSocket; its HTTP upgrade is done. Any thread.
  void let_in(std::unique_ptr<ByteStream> stream);

 private:
  // Sent again for the same initiation: a viewer repeats it until an answer arrives.
  struct Answered {
    Bytes initiation;
    Bytes response;
    std::vector<std::uint32_t> open{};  // receiver indexes of viewers to be, by this ticket
  };

  // Of a WebSocket: what its handshakes cost.
  struct Knocks {
    int count = 0;
    std::uint64_t turn = 0;  // in which the last one was read
    Bytes initiation{};
    std::optional<ChannelResponder> read{};
  };

  void run();
  void wait();
  void take(const Route& from, BytesView packet);
  void answer(const Route& from, BytesView initiation);
  std::optional<ChannelResponder> read(const Route& from, BytesView initiation);
  void forget_left_links();
  void reply(const Route& to, BytesView packet);
  void expire_tickets();

  const Links links_;
  const int stop_fd_;
  WebLinks web_links_;
  bool more_to_read_ = false;
  std::uint64_t turn_ = 0;
  KnockLimit knock_limit_{links_.knocks};
  std::map<std::weak_ptr<WebLink>, Knocks, std::owner_less<>> knocks_;
  std::atomic<bool> stopping_{false};
  std::map<Id128, Answered> answered_;
  std::int64_t next_expiry_us_ = kNever;
  std::thread thread_;
};

}  // namespace rookery::media
