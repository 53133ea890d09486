#include "media/client/stream_client.h"

#include <poll.h>
#include <sodium.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "media/input_channel.h"
#include "media/media_clock.h"
#include "media/reassembler.h"
#include "media/secure_channel.h"
#include "media/udp_socket.h"
#include "media/vpx_decoder.h"
#include "schemas/client_messages.h"

namespace rookery::media {
namespace {

constexpr std::int64_t kHandshakeRetryMs = 200;
constexpr std::int64_t kKeepAliveUs = 2'000'000;
constexpr std::int64_t kSilenceUs = 10'000'000;
constexpr std::int64_t kFeedbackUs = 100'000;
// How often a hole in the stream is looked at while there is one.
constexpr std::int64_t kRepairUs = 5'000;
constexpr std::int64_t kInputResendUsMin = 20'000;
constexpr std::int64_t kKeyRequestUs = 100'000;

class UdpStreamClient final : public StreamClient {
 public:
  UdpStreamClient(UdpSocket socket, const Address& host, SecureChannel channel,
                  ClientCallbacks callbacks)
      : socket_(std::move(socket)),
        host_(host),
        channel_(std::move(channel)),
        callbacks_(std::move(callbacks)),
        wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
        heard_us_(monotonic_us()),
        thread_([this] { run(); }) {}

  ~UdpStreamClient() override {
    stopping_ = true;
    eventfd_write(wake_fd_, 1);
    thread_.join();
    close(wake_fd_);
  }
  UdpStreamClient(const UdpStreamClient&) = delete;
  UdpStreamClient& operator=(const UdpStreamClient&) = delete;

  void send(const InputEvent& event) override {
    const std::lock_guard lock(mutex_);
    inputs_.push(event);
    eventfd_write(wake_fd_, 1);
  }

  ClientStatistics statistics() const override {
    const std::lock_guard lock(mutex_);
    ClientStatistics statistics = statistics_;
    statistics.inputs_sent = inputs_.pushed();
    statistics.inputs_acknowledged = inputs_.acknowledged();
    return statistics;
  }

 private:
  void run() {
    while (!ended_ && !stopping_) {
      keep_alive(monotonic_us());
      send_inputs(monotonic_us());
      repair(monotonic_us());
      give_feedback(monotonic_us());
      wait();
      const std::int64_t now_us = monotonic_us();
      const std::size_t came = socket_.receive(
          [this](const Address&, BytesView packet) { take(packet, monotonic_us()); });
      if (came == 0 && now_us > heard_us_ + kSilenceUs) end("the host fell silent");
    }
    if (ended_) return;
    // Nobody answers a goodbye; the second makes up for one lost packet.
    send_message(wire::Bye{"closed"});
    send_message(wire::Bye{"closed"});
    end("closed by the viewer");
  }

  void wait() {
    std::array<pollfd, 2> fds{};
    fds[0] = {socket_.fd(), POLLIN, 0};
    fds[1] = {wake_fd_, POLLIN, 0};
    const std::int64_t left_us = std::max<std::int64_t>(0, next_wake_us() - monotonic_us());
    const timespec timeout{left_us / 1'000'000, left_us % 1'000'000 * 1'000};
    ppoll(fds.data(), fds.size(), &timeout, nullptr);
    eventfd_t count = 0;
    eventfd_read(wake_fd_, &count);
  }

  std::int64_t next_wake_us() const {
    std::int64_t wake_us = std::min(ping_us_ + kKeepAliveUs, heard_us_ + kSilenceUs + 1);
    if (repairing()) wake_us = std::min(wake_us, monotonic_us() + kRepairUs);
    if (feedback_due_) wake_us = std::min(wake_us, feedback_us_ + kFeedbackUs);
    const std::lock_guard lock(mutex_);
    if (inputs_.acknowledged() < inputs_.pushed()) {
      wake_us = std::min(wake_us, monotonic_us() + resend_after_us());
    }
    return wake_us;
  }

  bool repairing() const {
    return newest_frame_id_ > reassembler_.last_delivered() || decoder_lost_;
  }

  std::int64_t resend_after_us() const {
    return std::max<std::int64_t>(kInputResendUsMin,
                                  std::int64_t{statistics_.round_trip_us} * 3 / 2);
  }

  void keep_alive(std::int64_t now_us) {
    if (ping_us_ != 0 && now_us < ping_us_ + kKeepAliveUs) return;
    ping_us_ = now_us;
    send_message(wire::Ping{now_us});
  }

  void send_inputs(std::int64_t now_us) {
    for (;;) {
      std::optional<wire::InputBatch> batch;
      {
        const std::lock_guard lock(mutex_);
        batch = inputs_.next_batch(now_us, resend_after_us());
      }
      if (!batch) return;
      send_message(*batch);
    }
  }

  void repair(std::int64_t now_us) {
    if (!repairing()) return;
    for (const wire::Nack& nack : reassembler_.missing(now_us)) send_message(nack);
    const bool asked_lately = key_request_us_ != 0 && now_us < key_request_us_ + kKeyRequestUs;
    if (!asked_lately && (decoder_lost_ || reassembler_.needs_key_frame(now_us))) {
      key_request_us_ = now_us;
      send_message(wire::KeyframeRequest{reassembler_.last_delivered()});
    }
  }

  void give_feedback(std::int64_t now_us) {
    if (!feedback_due_ && !decoded_since_feedback_) return;
    if (!decoded_since_feedback_ && now_us < feedback_us_ + kFeedbackUs) return;
    feedback_us_ = now_us;
    feedback_due_ = decoded_since_feedback_ = false;
    wire::Feedback feedback;
    feedback.last_frame_id = decoded_frame_id_;
    feedback.last_captured_us = decoded_captured_us_;
    feedback.held_us =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(now_us - decoded_us_, 0, 0xffffffff));
    feedback.frames_lost = reassembler_.frames_lost();
    feedback.packets_received = packets_received_;
    feedback.highest_counter = highest_counter_;
    send_message(feedback);
  }

  void take(BytesView packet, std::int64_t now_us) {
    if (ended_ || packet_kind(packet) != PacketKind::kData) return;
    const auto plain = channel_.open(packet);
    if (!plain) return;
    heard_us_ = now_us;
    ++packets_received_;
    highest_counter_ = std::max(highest_counter_, channel_.opened_counter());
    {
      const std::lock_guard lock(mutex_);
      statistics_.bytes_received += packet.size();
    }
    auto message = wire::decode_message(*plain);
    if (!message) return;
    if (auto* fragment = std::get_if<wire::VideoFragment>(&*message)) {
      take_fragment(std::move(*fragment), now_us);
    } else if (const auto* ack = std::get_if<wire::InputAck>(&*message)) {
      const std::lock_guard lock(mutex_);
      inputs_.acknowledge(ack->up_to);
    } else if (const auto* ping = std::get_if<wire::Ping>(&*message)) {
      send_message(wire::Pong{ping->sent_us});
    } else if (const auto* pong = std::get_if<wire::Pong>(&*message)) {
      if (pong->sent_us <= 0 || pong->sent_us > now_us) return;  // not a time of ours
      const std::lock_guard lock(mutex_);
      statistics_.round_trip_us = static_cast<std::uint32_t>(
          std::clamp<std::int64_t>(now_us - pong->sent_us, 1, 0xffffffff));
    } else if (const auto* bye = std::get_if<wire::Bye>(&*message)) {
      end(bye->reason);
    }
  }

  void take_fragment(wire::VideoFragment fragment, std::int64_t now_us) {
    newest_frame_id_ = std::max(newest_frame_id_, fragment.frame_id);
    feedback_due_ = true;
    for (const WholeFrame& frame : reassembler_.add(std::move(fragment), now_us)) show(frame);
  }

  void show(const WholeFrame& frame) {
    if (decoder_lost_ && !frame.key) return;
    if (callbacks_.on_encoded) {
      callbacks_.on_encoded({frame.bytes, frame.key, frame.captured_us, frame.width_px,
                             frame.height_px, frame.codec});
    }
    if (decoder_ == nullptr || codec_ != frame.codec) {
      auto decoder = create_vpx_decoder(frame.codec);
      if (!decoder) return end(decoder.error().message);
      decoder_ = std::move(*decoder);
      codec_ = frame.codec;
    }
    const auto picture = decoder_->decode(frame.bytes);
    decoder_lost_ = !picture.ok();
    if (decoder_lost_) return;
    decoded_frame_id_ = frame.frame_id;
    decoded_captured_us_ = frame.captured_us;
    decoded_us_ = monotonic_us();
    decoded_since_feedback_ = true;
    {
      const std::lock_guard lock(mutex_);
      ++statistics_.frames_decoded;
      statistics_.keyframes += frame.key ? 1 : 0;
      statistics_.frames_lost = reassembler_.frames_lost();
    }
    if (!callbacks_.on_frame) return;
    DecodedFrame decoded;
    std::copy_n(picture->planes, 3, decoded.planes);
    std::copy_n(picture->strides_bytes, 3, decoded.strides_bytes);
    decoded.width_px = picture->width_px;
    decoded.height_px = picture->height_px;
    decoded.frame_id = frame.frame_id;
    decoded.captured_us = frame.captured_us;
    decoded.decoded_us = decoded_us_;
    callbacks_.on_frame(decoded);
  }

  void send_message(const wire::Message& message) {
    const Bytes sealed = channel_.seal(wire::encode_message(message));
    if (sealed.empty()) return;
    socket_.send_one(host_, sealed);
    const std::lock_guard lock(mutex_);
    statistics_.bytes_sent += sealed.size();
  }

  void end(const std::string& reason) {
    if (std::exchange(ended_, true)) return;
    if (callbacks_.on_ended) callbacks_.on_ended(reason);
  }

  UdpSocket socket_;
  const Address host_;
  SecureChannel channel_;
  const ClientCallbacks callbacks_;
  const int wake_fd_;
  std::atomic<bool> stopping_{false};

  mutable std::mutex mutex_;  // guards the next two
  InputSender inputs_;
  ClientStatistics statistics_;

  // The thread's own.
  Reassembler reassembler_;
  bool ended_ = false;
  std::unique_ptr<VpxDecoder> decoder_;  // null until a frame says which codec
  VideoCodec codec_ = VideoCodec::kVp8;
  bool decoder_lost_ = false;
  std::int64_t heard_us_;
  std::int64_t ping_us_ = 0;
  std::int64_t key_request_us_ = 0;
  std::uint64_t newest_frame_id_ = 0;
  std::uint64_t packets_received_ = 0;
  std::uint64_t highest_counter_ = 0;
  bool feedback_due_ = false;
  bool decoded_since_feedback_ = false;
  std::int64_t feedback_us_ = 0;
  std::uint64_t decoded_frame_id_ = 0;
  std::int64_t decoded_captured_us_ = 0;
  std::int64_t decoded_us_ = 0;
  std::thread thread_;
};

// Knocks until the host answers; the same bytes each time.
std::optional<SecureChannel> shake_hands(UdpSocket& socket, const Address& host,
                                         const ChannelInitiator& initiator,
                                         std::int64_t timeout_ms) {
  std::optional<SecureChannel> channel;
  const std::int64_t deadline_us = monotonic_us() + timeout_ms * 1'000;
  std::int64_t knock_us = 0;
  while (!channel && monotonic_us() < deadline_us) {
    if (monotonic_us() >= knock_us) {
      socket.send_one(host, initiator.initiation());
      knock_us = monotonic_us() + kHandshakeRetryMs * 1'000;
    }
    pollfd fd{socket.fd(), POLLIN, 0};
    const std::int64_t left_us = std::min(knock_us, deadline_us) - monotonic_us();
    poll(&fd, 1, static_cast<int>(std::max<std::int64_t>(0, left_us / 1'000 + 1)));
    socket.receive(
        [&](const Address&, BytesView packet) {
          if (!channel && packet_kind(packet) == PacketKind::kResponse) {
            channel = initiator.read_response(packet);
          }
        },
        1);
  }
  return channel;
}

}  // namespace

Result<std::unique_ptr<StreamClient>> connect_stream(const Invitation& invitation,
                                                     ClientCallbacks callbacks,
                                                     std::int64_t timeout_ms) {
  if (sodium_init() < 0) return Error{"libsodium does not start; reinstall it"};
  const auto host = Address::parse(invitation.address);
  if (!host) return Error{invitation.address + " is no ip:port; ask the server for a new session"};
  auto socket = UdpSocket::connect(*host);
  if (!socket) return socket.error();
  const ChannelInitiator initiator(make_key_pair(), invitation.server_public_key, invitation.ticket,
                                   invitation.ticket_key, randombytes_random());
  auto channel = shake_hands(*socket, *host, initiator, timeout_ms);
  if (!channel) {
    return Error{
        "no answer from " + invitation.address + " in " + std::to_string(timeout_ms) +
        " ms: the ticket is used, expired or wrong (open a new session), or UDP is blocked"};
  }
  return std::unique_ptr<StreamClient>(std::make_unique<UdpStreamClient>(
      std::move(*socket), *host, std::move(*channel), std::move(callbacks)));
}

}  // namespace rookery::media
