#include "tests/bench/pattern_stream.h"

#include <string>
#include <utility>

#include "actors/random.h"
#include "guest-agent/driver/process_driver.h"
#include "media/media_clock.h"
#include "tests/bench/cpu_time.h"
#include "tools/rookeryd/agent_adapters.h"

namespace rookery::bench {
namespace {

constexpr std::chrono::seconds kAnswerMax{60};
constexpr std::int64_t kTicketUs = 60'000'000;
constexpr std::int64_t kConnectMs = 30'000;

std::filesystem::path fresh_folder() {
  return std::filesystem::temp_directory_path() /
         ("rookery-pattern-" + to_text(random_id128(system_random())));
}

}  // namespace

PatternStream::PatternStream()
    : folder_(fresh_folder()), phone_(random_entity_id(system_random(), EntityKind::kPhone)) {}

PatternStream::~PatternStream() {
  client_.reset();
  host_.reset();
  if (driver_ != nullptr) driver_->stop(phone_);
  std::error_code failed;
  std::filesystem::remove_all(folder_, failed);
}

Result<std::unique_ptr<PatternStream>> PatternStream::start(const Options& options) {
  std::unique_ptr<PatternStream> stream(new PatternStream());
  const Status ready = stream->set_up(options);
  if (!ready) return ready.error();
  return stream;
}

Status PatternStream::set_up(const Options& options) {
  guest::ProcessDriverOptions setup;
  setup.homes = folder_ / "homes";
  setup.runtime_dir = folder_ / "run";
  setup.programs = options.programs;
  setup.images = options.images;
  setup.orphan_s_max = 30;  // a killed benchmark leaves no guest behind for long
  auto driver = guest::make_process_driver(setup);
  if (!driver) return driver.error();
  driver_ = std::move(*driver);
  auto guest = driver_->start({phone_, 1, options.image, kWidthPx, kHeightPx});
  if (!guest) return guest.error();

  const auto before = threads();
  media::MediaOptions media_options;
  media_options.key = key_ = media::make_key_pair();
  auto host = media::start_media_host(media_options, [](const host::Report&) {});
  if (!host) return host.error();
  host_ = std::move(*host);
  AdaptedAgent agent = adapt_agent(std::move(*guest));
  host_->attach_phone(phone_, options.around_source(std::move(agent.source)),
                      std::move(agent.input));
  media_threads_ = threads_since(before);
  return connect();
}

std::filesystem::path PatternStream::home() const {
  const std::string name = to_text(phone_);
  return folder_ / "homes" / name.substr(name.find('/') + 1) / "home";
}

Status PatternStream::connect() {
  host::AdmitSession admission;
  admission.session = random_entity_id(system_random(), EntityKind::kSession);
  admission.phone = phone_;
  admission.ticket = random_id128(system_random());
  admission.ticket_expires_us = media::wall_us() + kTicketUs;
  admission.control = true;
  host_->admit(admission);
  const auto before = threads();
  media::ClientCallbacks callbacks;
  callbacks.on_frame = [this](const media::DecodedFrame& frame) { take(frame); };
  callbacks.on_ended = [this](const std::string& reason) {
    const std::lock_guard lock(mutex_);
    ended_ = reason;
    changed_.notify_all();
  };
  auto client = media::connect_stream({"127.0.0.1:" + std::to_string(host_->port()),
                                       key_.public_key, admission.ticket, admission.ticket_key},
                                      std::move(callbacks), kConnectMs);
  if (!client) return client.error();
  client_ = std::move(*client);
  client_threads_ = threads_since(before);
  return Done{};
}

void PatternStream::take(const media::DecodedFrame& frame) {
  const auto code = code_of(frame.planes[0], frame.strides_bytes[0], frame.decoded_us);
  const std::lock_guard lock(mutex_);
  if (!code) {
    ++unreadable_;
    return;
  }
  // The same code again: a refinement of what was there.
  if (any_ && code->number == last_.number) return;
  any_ = true;
  last_ = *code;
  frames_.push_back({*code, frame.captured_us, frame.decoded_us});
  changed_.notify_all();
}

Status PatternStream::choose(Workload workload) {
  const int y = (2 * static_cast<int>(workload) + 1) * kHeightPx / (2 * kWorkloads);
  const Point at{kWidthPx / 2, static_cast<std::uint16_t>(y)};
  client_->send(Touch{0, TouchPhase::kDown, at});
  client_->send(Touch{0, TouchPhase::kUp, at});
  std::unique_lock lock(mutex_);
  const bool seen = changed_.wait_for(
      lock, kAnswerMax, [&] { return !ended_.empty() || (any_ && last_.workload == workload); });
  frames_.clear();
  if (!ended_.empty()) return Error{"the stream ended: " + ended_};
  if (!seen) return Error{"the guest's picture did not follow a tap"};
  return Done{};
}

Status PatternStream::alive() const {
  const std::lock_guard lock(mutex_);
  if (!ended_.empty()) return Error{"the stream ended: " + ended_};
  return Done{};
}

bool PatternStream::wait_for_frames(std::size_t count, std::chrono::seconds at_most) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, at_most, [&] { return frames_.size() >= count; });
}

void PatternStream::forget_frames() {
  const std::lock_guard lock(mutex_);
  frames_.clear();
  unreadable_ = 0;
}

std::vector<ShownFrame> PatternStream::frames() const {
  const std::lock_guard lock(mutex_);
  return frames_;
}

std::uint64_t PatternStream::unreadable() const {
  const std::lock_guard lock(mutex_);
  return unreadable_;
}

}  // namespace rookery::bench
