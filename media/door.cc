#include "media/door.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "media/media_clock.h"

namespace rookery::media {
namespace {

// The wall clock may be set while we sleep; look at it now and then while tickets wait.
constexpr std::int64_t kSleepMsMax = 5'000;

// With one ticket, at once: more than a viewer needs that begins anew when no answer comes.
constexpr std::size_t kHandshakesMax = 8;

// By a WebSocket that has proved nothing. A viewer needs one, and says it again and again.
constexpr int kKnocksMax = 8;

}  // namespace

Door::Door(Links links)
    : links_(std::move(links)),
      stop_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      thread_([this] { run(); }) {}

Door::~Door() {
  stopping_ = true;
  eventfd_write(stop_fd_, 1);
  thread_.join();
  close(stop_fd_);
}

void Door::run() {
  while (!stopping_) {
    wait();
    ++turn_;
    links_.socket.receive([this](const Address& from, BytesView packet) { take(from, packet); });
    more_to_read_ = !web_links_.take_turn(
        [this](const std::shared_ptr<WebLink>& from, BytesView packet) { take(from, packet); },
        monotonic_us());
    forget_left_links();
    expire_tickets();
  }
}

void Door::let_in(std::unique_ptr<ByteStream> stream) {
  web_links_.add(std::move(stream), monotonic_us());
}

void Door::wait() {
  std::array<pollfd, 4> fds{};
  fds[0] = {links_.socket.fd(), POLLIN, 0};
  fds[1] = {links_.tickets.added_fd(), POLLIN, 0};
  fds[2] = {stop_fd_, POLLIN, 0};
  fds[3] = {web_links_.fd(), POLLIN, 0};
  std::int64_t left_us = kNever;
  if (next_expiry_us_ != kNever) left_us = next_expiry_us_ - wall_us();
  const std::int64_t look_us = web_links_.next_wake_us();
  if (look_us != kNever) left_us = std::min(left_us, look_us - monotonic_us());
  int timeout_ms = -1;
  if (left_us != kNever) {
    timeout_ms = static_cast<int>(std::clamp<std::int64_t>(left_us / 1'000 + 1, 0, kSleepMsMax));
  }
  poll(fds.data(), fds.size(), more_to_read_ ? 0 : timeout_ms);
}

void Door::take(const Route& from, BytesView packet) {
  const auto kind = packet_kind(packet);
  if (kind == PacketKind::kInitiation) return answer(from, packet);
  if (kind != PacketKind::kData) return;
  const std::uint32_t index = receiver_index(packet);
  const auto inbox = links_.receivers.find(index);
  if (inbox != nullptr) {
    inbox->post(ViewerDatagram{index, from, Bytes(packet.begin(), packet.end())});
  }
}

void Door::answer(const Route& from, BytesView initiation) {
  auto responder = read(from, initiation);
  if (!responder) return;
  const Id128 ticket = responder->ticket();
  const auto admission = links_.tickets.find(ticket, wall_us());
  if (!admission) return;
  const auto before = answered_.find(ticket);
  if (before != answered_.end() && std::ranges::equal(before->second.initiation, initiation)) {
    reply(from, before->second.response);
    return;
  }
  // Each is a viewer to be, until it proves itself or its time is over.
  std::vector<std::uint32_t> open;
  if (before != answered_.end()) open = before->second.open;
  std::erase_if(open, [&](std::uint32_t index) { return links_.receivers.find(index) == nullptr; });
  if (open.size() >= kHandshakesMax) return;
  const auto inbox = links_.inbox_of(admission->phone);
  if (inbox == nullptr) return;  // the guest is still starting: the viewer knocks again
  open.push_back(links_.receivers.open(inbox));
  ChannelResponder::Answer answer = responder->answer(admission->ticket_key, open.back());
  inbox->post(ViewerJoin{*admission, std::move(answer.channel), from});
  reply(from, answer.response);
  answered_[ticket] = {Bytes(initiation.begin(), initiation.end()), std::move(answer.response),
                       std::move(open)};
}

// Who it is shows only after public-key work, for which everybody's input waits.
std::optional<ChannelResponder> Door::read(const Route& from, BytesView initiation) {
  if (from.link == nullptr) {
    if (!knock_limit_.take(from.address, monotonic_us())) return std::nullopt;
    return ChannelResponder::read_initiation(links_.key, initiation);
  }
  if (!from.link->open()) return std::nullopt;
  Knocks& knocks = knocks_[from.link];
  if (std::ranges::equal(knocks.initiation, initiation)) return knocks.read;
  if (from.link->proved_us() == 0 && ++knocks.count > kKnocksMax) {
    from.link->finish(WebSocketClose::kGoingAway);
    return std::nullopt;
  }
  if (knocks.turn == turn_) return std::nullopt;
  knocks.turn = turn_;
  knocks.initiation.assign(initiation.begin(), initiation.end());
  knocks.read = ChannelResponder::read_initiation(links_.key, initiation);
  return knocks.read;
}

void Door::forget_left_links() {
  if (knocks_.size() <= WebLinks::kLinksMax) return;
  std::erase_if(knocks_, [](const auto& entry) { return entry.first.expired(); });
}

void Door::reply(const Route& to, BytesView packet) {
  if (to.link != nullptr) {
    to.link->send_one(packet);
  } else {
    links_.socket.send_one(to.address, packet);
  }
}

void Door::expire_tickets() {
  eventfd_t added = 0;
  const bool news = eventfd_read(links_.tickets.added_fd(), &added) == 0;
  const std::int64_t now_us = wall_us();
  if (!news && now_us < next_expiry_us_) return;
  for (const host::AdmitSession& unused : links_.tickets.expire(now_us)) links_.expired(unused);
  std::erase_if(answered_, [&](const auto& entry) {
    return !links_.tickets.find(entry.first, now_us).has_value();
  });
  next_expiry_us_ = links_.tickets.next_expiry_us().value_or(kNever);
}

}  // namespace rookery::media
