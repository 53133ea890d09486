#include "media/web_link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace rookery::media {
namespace {

constexpr std::size_t kReadBytes = 16 * 1024;
// One viewer's turn; the others' packets wait no longer.
constexpr int kReadsInTurn = 8;

void set(int fd, int option, int value) {
  // A stream that is not TCP has neither option, and no queue of its own worth the name.
  setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
}

}  // namespace

WebLink::WebLink(std::unique_ptr<ByteStream> stream)
    : stream_(std::move(stream)), remote_(stream_->remote()) {
  set(stream_->fd(), TCP_NODELAY, 1);
  set(stream_->fd(), TCP_NOTSENT_LOWAT, kUnsentBytesMax);
}

Bytes WebLink::one_frame(BytesView datagram) {
  Bytes frame;
  put_binary_frame(frame, datagram);
  return frame;
}

bool WebLink::send(std::span<const Bytes> datagrams) {
  Bytes frames;
  put_bundles(frames, datagrams);
  return send_frames(std::move(frames));
}

bool WebLink::send_frames(Bytes frames) {
  const std::lock_guard lock(mutex_);
  if (!open_ || finishing_) return false;
  const std::size_t most = proved_us_ == 0 ? kUnprovedBytesMax : kWaitingBytesMax;
  if (waiting_.size() - waiting_begin_ + frames.size() > most) {
    close_locked();
    return false;
  }
  if (waiting_.empty()) {
    waiting_ = std::move(frames);
  } else {
    waiting_.insert(waiting_.end(), frames.begin(), frames.end());
  }
  flush_locked();
  return open_;
}

void WebLink::finish(WebSocketClose code) {
  const std::lock_guard lock(mutex_);
  if (!open_ || finishing_) return;
  finishing_ = true;
  put_close_frame(waiting_, code);
  flush_locked();
}

void WebLink::when_drained(std::function<void()> drained) {
  const std::lock_guard lock(mutex_);
  drained_ = std::move(drained);
}

bool WebLink::receive(const std::function<void(BytesView)>& take) {
  const WebSocketReader::Takers takers{
      take, [this](BytesView payload) { ping_ = Bytes(payload.begin(), payload.end()); },
      [this](WebSocketClose code) { finish(code); }};
  std::array<std::uint8_t, kReadBytes> buffer{};
  for (int turn = 0; turn < kReadsInTurn; ++turn) {
    std::ptrdiff_t count = 0;
    {
      const std::lock_guard lock(mutex_);
      if (!open_) return true;
      count = stream_->read(buffer);
      if (count == ByteStream::kEnded) close_locked();
    }
    if (count <= 0) return true;
    reader_.take(BytesView(buffer).first(static_cast<std::size_t>(count)), takers);
    answer_ping();
  }
  return false;
}

// The newest alone, and not before the one before is gone (RFC 6455, 5.5.3): who asks and never
// reads fills nothing.
void WebLink::answer_ping() {
  if (!ping_ || busy()) return;
  Bytes frame;
  put_pong_frame(frame, *ping_);
  ping_.reset();
  send_frames(std::move(frame));
}

void WebLink::flush() {
  std::function<void()> drained;
  {
    const std::lock_guard lock(mutex_);
    const bool waited = waiting_bytes_ > 0;
    flush_locked();
    if (waited && waiting_bytes_ == 0) drained = drained_;
  }
  answer_ping();
  if (drained) drained();
}

void WebLink::flush_locked() {
  while (open_ && waiting_begin_ < waiting_.size()) {
    const std::ptrdiff_t count = stream_->write(BytesView(waiting_).subspan(waiting_begin_));
    if (count == 0) break;
    if (count == ByteStream::kEnded) {
      close_locked();
    } else {
      waiting_begin_ += static_cast<std::size_t>(count);
    }
  }
  if (waiting_begin_ == waiting_.size()) {
    waiting_.clear();
    waiting_begin_ = 0;
    if (finishing_) close_locked();
  }
  waiting_bytes_ = waiting_.size() - waiting_begin_;
}

// The descriptor stays, so that nobody else's gets its number while the door still waits on it.
void WebLink::close_locked() {
  if (!open_.exchange(false)) return;
  waiting_.clear();
  waiting_begin_ = 0;
  waiting_bytes_ = 0;
  drained_ = nullptr;
  shutdown(stream_->fd(), SHUT_RDWR);
}

}  // namespace rookery::media
