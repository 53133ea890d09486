#include "tools/rookery/view/stream_link.h"

#include <algorithm>
#include <chrono>

#include "tools/rookery/find_entity.h"
#include "tools/rookery/time_text.h"
#include "tools/rookery/view/invitation.h"

namespace rookery::tool {
namespace {

constexpr std::int64_t kConnectMsMax = 5'000;
constexpr std::chrono::milliseconds kRetryFirst{250};
constexpr std::chrono::milliseconds kRetryMax{4'000};
constexpr std::chrono::milliseconds kDeliveryLook{2};

// Why the server ends a session that a person closed there; such a one is not opened again.
constexpr const char* kClosedByPerson = "closed over the API";

// The answer will be the same next time.
bool is_final(unsigned status) {
  return status == 400 || status == 401 || status == 403 || status == 404;
}

void add(media::ClientStatistics& sum, const media::ClientStatistics& more) {
  sum.frames_decoded += more.frames_decoded;
  sum.frames_lost += more.frames_lost;
  sum.keyframes += more.keyframes;
  sum.bytes_received += more.bytes_received;
  sum.bytes_sent += more.bytes_sent;
  sum.inputs_sent += more.inputs_sent;
  sum.inputs_acknowledged += more.inputs_acknowledged;
  if (more.round_trip_us != 0) sum.round_trip_us = more.round_trip_us;
}

}  // namespace

StreamLink::StreamLink(Api api, StreamConnector connect, const EntityId& phone, bool control,
                       Screen& screen, media::WebmWriter* recorder)
    : api_(std::move(api)),
      connect_(std::move(connect)),
      phone_(phone),
      control_(control),
      screen_(screen),
      recorder_(recorder) {}

StreamLink::~StreamLink() { stop(); }

void StreamLink::on_trouble(std::function<void(const std::optional<std::string>&)> listener) {
  trouble_listener_ = std::move(listener);
}

void StreamLink::set_trouble(const std::string& reason) {
  if (trouble_ == reason) return;
  trouble_ = reason;
  if (trouble_listener_) {
    trouble_listener_(reason.empty() ? std::nullopt : std::optional(reason));
  }
}

Status StreamLink::start() {
  if (auto status = open_session(); !status) return status;
  keeper_ = std::thread([this] { keep_open(); });
  return Done{};
}

void StreamLink::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  if (keeper_.joinable()) keeper_.join();
  close_client();
}

Status StreamLink::open_session() {
  {
    const std::lock_guard lock(mutex_);
    asked_us_ = monotonic_clock_us();
    pictured_ = false;
    ended_ = false;
  }
  const auto answer = api_.post(entity_target(phone_) + "/sessions", {{"control", control_}});
  if (!answer) return answer.error();
  const auto invitation = read_invitation(*answer);
  if (!invitation) return invitation.error();
  media::ClientCallbacks callbacks;
  callbacks.on_frame = [this](const media::DecodedFrame& frame) { on_frame(frame); };
  if (recorder_ != nullptr) {
    callbacks.on_encoded = [this](const media::EncodedFrame& frame) { on_encoded(frame); };
  }
  callbacks.on_ended = [this](const std::string& reason) {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      if (!stopping_) set_trouble(reason);
    }
    screen_.set_live(false);
    woken_.notify_all();
  };
  auto client = connect_(*invitation, std::move(callbacks), kConnectMsMax);
  if (!client) return client.error();
  const std::lock_guard lock(mutex_);
  client_ = std::move(*client);
  ++past_.sessions;
  return Done{};
}

void StreamLink::keep_open() {
  auto pause = kRetryFirst;
  std::unique_lock lock(mutex_);
  for (;;) {
    woken_.wait(lock, [&] { return ended_ || stopping_; });
    if (stopping_) return;
    if (trouble_ == kClosedByPerson) {
      given_up_ = Error{"somebody ended this session: ask an operator, or view the phone again"};
      lock.unlock();
      screen_.stop();
      return;
    }
    if (pictured_) pause = kRetryFirst;
    lock.unlock();
    close_client();
    lock.lock();
    if (woken_.wait_for(lock, pause, [&] { return stopping_; })) return;
    pause = std::min(pause * 2, kRetryMax);
    lock.unlock();
    const auto status = open_session();
    lock.lock();
    if (status) continue;
    set_trouble(status.error().message);
    if (is_final(api_.last_status())) {
      given_up_ = status.error();
      lock.unlock();
      screen_.stop();
      return;
    }
    ended_ = true;
  }
}

void StreamLink::on_frame(const media::DecodedFrame& frame) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = !pictured_;
    pictured_ = true;
    if (first) set_trouble({});
    if (past_.join_ms == 0) {
      past_.join_ms = std::max<std::int64_t>((frame.decoded_us - asked_us_) / 1000, 1);
    }
    past_.glass_to_glass.add(frame.decoded_us - frame.captured_us);
  }
  screen_.show(frame);
  if (first) screen_.set_live(true);
}

void StreamLink::on_encoded(const media::EncodedFrame& frame) {
  const auto status = recorder_->write(frame);
  if (status) return;
  const std::lock_guard lock(mutex_);
  if (!recording_error_) recording_error_ = status.error();
}

// The client's own thread may be inside a callback that wants the lock: destroy it without.
void StreamLink::close_client() {
  std::unique_ptr<media::StreamClient> client;
  {
    const std::lock_guard lock(mutex_);
    client = std::move(client_);
    if (client) add(past_.client, client->statistics());
  }
}

void StreamLink::send(const InputEvent& event) {
  const std::lock_guard lock(mutex_);
  if (client_ && !ended_) {
    client_->send(event);
  } else {
    ++dropped_;
  }
}

std::uint64_t StreamLink::undelivered() const {
  const auto figures = statistics();
  const std::lock_guard lock(mutex_);
  return dropped_ + figures.client.inputs_sent - figures.client.inputs_acknowledged;
}

std::uint64_t StreamLink::wait_delivered(std::int64_t ms_max) const {
  const std::int64_t until_us = monotonic_clock_us() + ms_max * 1000;
  for (;;) {
    const std::uint64_t left = undelivered();
    if (left == 0 || !trouble().empty() || monotonic_clock_us() >= until_us) return left;
    std::this_thread::sleep_for(kDeliveryLook);
  }
}

ViewStatistics StreamLink::statistics() const {
  const std::lock_guard lock(mutex_);
  ViewStatistics statistics = past_;
  if (client_) add(statistics.client, client_->statistics());
  return statistics;
}

std::string StreamLink::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

std::optional<Error> StreamLink::given_up() const {
  const std::lock_guard lock(mutex_);
  return given_up_;
}

std::optional<Error> StreamLink::recording_error() const {
  const std::lock_guard lock(mutex_);
  return recording_error_;
}

}  // namespace rookery::tool
