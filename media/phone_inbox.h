// Words for one phone's pipeline thread, from any other thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "media/route.h"
#include "media/secure_channel.h"
#include "schemas/host_messages.h"

namespace rookery::media {

struct ViewerDatagram {
  std::uint32_t receiver_index = 0;
  Route from;
  Bytes packet;
};
// A handshake was answered; the viewer has not yet proved that it holds the ticket's key.
struct ViewerJoin {
  host::AdmitSession admission;
  SecureChannel channel;
  Route from;
};
struct CloseViewer {
  EntityId session;
  std::string reason;
  bool comes_back = false;  // the same session goes on; else it may do nothing more
};
// Something that held a viewer up is gone.
struct LookAgain {};
struct StopPipeline {
  std::string reason;
  bool lost = false;  // nobody wanted it: its viewers may come back
};
using PhoneMessage = std::variant<ViewerDatagram, ViewerJoin, CloseViewer, LookAgain, StopPipeline>;

// Thread-safe. Keeps the order.
class PhoneInbox {
 public:
  PhoneInbox();
  ~PhoneInbox();
  PhoneInbox(const PhoneInbox&) = delete;
  PhoneInbox& operator=(const PhoneInbox&) = delete;

  // Of one viewer, datagrams beyond kDatagramsMax waiting ones are dropped, as a network would: a
  // flood of one takes nobody else's place.
  void post(PhoneMessage message);
  // All that is there; event_fd() is no longer readable then.
  std::vector<PhoneMessage> take();
  int event_fd() const { return event_fd_; }

 private:
  static constexpr std::size_t kDatagramsMax = 1024;

  const int event_fd_;
  std::mutex mutex_;
  std::vector<PhoneMessage> messages_;
  std::unordered_map<std::uint32_t, std::size_t> datagrams_;  // waiting, by receiver index
};

}  // namespace rookery::media
