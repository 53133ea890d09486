// F10 where datagrams cannot go: one viewer's WebSocket. The network under it loses nothing and
// keeps the order, so that what waits here is late; busy() says when another frame would wait.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "media/noise.h"
#include "media/websocket_frames.h"
#include "schemas/byte_stream.h"

namespace rookery::media {

// Thread-safe; never blocks.
class WebLink {
 public:
  // Bytes the kernel may hold that it has not sent yet; so much and no more is late when the way
  // is slow. Linux asks no less than a segment or two.
  static constexpr int kUnsentBytesMax = 16 * 1024;
  // Two of the largest frames. Who lets more wait is gone, or lies.
  static constexpr std::size_t kWaitingBytesMax = std::size_t{10} << 20;
  // Of one who has not proved anything yet: a handshake's answers.
  static constexpr std::size_t kUnprovedBytesMax = std::size_t{64} << 10;

  // The HTTP upgrade is done.
  explicit WebLink(std::unique_ptr<ByteStream> stream);

  int fd() const { return stream_->fd(); }
  std::string remote() const { return remote_; }
  bool open() const { return open_; }
  // Something waits for the network.
  bool busy() const { return waiting_bytes_ > 0; }

  // In as few messages as they fit. False: closed.
  bool send(std::span<const Bytes> datagrams);
  bool send_one(BytesView datagram) { return send_frames(one_frame(datagram)); }
  // Closes when all that waits is sent.
  void finish(WebSocketClose code);

  // An authentic packet came: whoever is there has a ticket.
  void prove(std::int64_t now_us) { proved_us_ = now_us; }
  // When it last did; 0: never.
  std::int64_t proved_us() const { return proved_us_; }
  // Called once after busy() ended; replaces the one before. From the door's thread.
  void when_drained(std::function<void()> drained);

  // The rest is the door's.

  // Hands over what came. False: ask again soon, there is more than one turn's worth.
  bool receive(const std::function<void(BytesView)>& take);
  // Goes on with what waits.
  void flush();

 private:
  void answer_ping();
  static Bytes one_frame(BytesView datagram);
  bool send_frames(Bytes frames);
  void flush_locked();
  void close_locked();

  const std::unique_ptr<ByteStream> stream_;
  const std::string remote_;
  WebSocketReader reader_;     // the door's thread only
  std::optional<Bytes> ping_;  // the newest that is not answered; the door's thread only

  std::mutex mutex_;
  Bytes waiting_;
  std::size_t waiting_begin_ = 0;  // bytes of it that are gone
  bool finishing_ = false;
  std::function<void()> drained_;

  std::atomic<std::size_t> waiting_bytes_{0};
  std::atomic<bool> open_{true};
  std::atomic<std::int64_t> proved_us_{0};
};

}  // namespace rookery::media
