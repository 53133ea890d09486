#include "media/phone_pipeline.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "media/media_clock.h"

namespace rookery::media {
namespace {

// Quiet so long, coarse blocks are coded again; longer than the gap between two frames of a
// scroll, shorter than a reader's first look.
constexpr std::int64_t kQuietUs = 80'000;
// A quarter of a 720p screen at once, so that new damage never waits long for a refinement.
constexpr int kRefinedBlocksMax = 900;
constexpr std::size_t kRememberedMax = 256;

}  // namespace

PhonePipeline::PhonePipeline(std::unique_ptr<FrameSource> source, std::unique_ptr<InputSink> input,
                             std::shared_ptr<PhoneInbox> inbox, SessionSurroundings surroundings)
    : source_(std::move(source)),
      input_(std::move(input)),
      inbox_(std::move(inbox)),
      surroundings_(std::move(surroundings)),
      budget_(surroundings_.options.frames_per_second_max),
      thread_([this] { run(); }) {}

PhonePipeline::~PhonePipeline() { stop("the host is stopping", true); }

void PhonePipeline::stop(const std::string& reason, bool lost) {
  if (!thread_.joinable()) return;
  inbox_->post(StopPipeline{reason, lost});
  thread_.join();
}

void PhonePipeline::run() {
  for (const InputNumber& known : input_->known()) {
    inputs_taken_.emplace_back(known.session, known.number);
  }
  while (!stopping_) {
    wait();
    const std::int64_t now_us = monotonic_us();
    take_messages(now_us);
    tend_viewers(now_us);
    tell_who_watches();
    take_frame();
    pass_clipboard();
    encode_and_send(now_us);
    tell_timings(now_us);
    ask_for_frame(now_us);
  }
  end_viewers(stop_reason_, stop_lost_);
  source_.reset();
  input_.reset();
}

void PhonePipeline::wait() {
  std::array<pollfd, 2> fds{};
  fds[0] = {inbox_->event_fd(), POLLIN, 0};
  fds[1] = {source_->ended() ? -1 : source_->event_fd(), source_->wanted_events(), 0};
  const std::int64_t wake_us = next_wake_us();
  if (wake_us == kNever) {
    ppoll(fds.data(), fds.size(), nullptr, nullptr);
    return;
  }
  const std::int64_t left_us = std::max<std::int64_t>(0, wake_us - monotonic_us());
  const timespec timeout{left_us / 1'000'000, left_us % 1'000'000 * 1'000};
  ppoll(fds.data(), fds.size(), &timeout, nullptr);
}

std::int64_t PhonePipeline::next_wake_us() const {
  std::int64_t wake_us = kNever;
  for (const auto& [index, viewer] : viewers_) wake_us = std::min(wake_us, viewer->next_wake_us());
  if (!anyone_watches() || source_->ended()) return wake_us;
  const Readiness viewers = readiness(monotonic_us());
  // A viewer that is not ready wakes us by its acknowledgement or its own timer.
  if (!viewers.some) return current_ ? std::min(wake_us, viewers.more_us) : wake_us;
  if (viewers.waits_until_us != kNever) return std::min(wake_us, viewers.waits_until_us);
  if (!requested_) wake_us = std::min(wake_us, budget_.next_us());
  // Without a picture there is nothing to code; its arrival wakes us.
  if (current_) wake_us = std::min(wake_us, viewers.more_us);
  if (pending_.empty() && !debt_.settled()) wake_us = std::min(wake_us, coded_us_ + kQuietUs);
  return wake_us;
}

void PhonePipeline::take_messages(std::int64_t now_us) {
  for (PhoneMessage& message : inbox_->take()) take(message, now_us);
}

void PhonePipeline::take(PhoneMessage& message, std::int64_t now_us) {
  if (auto* datagram = std::get_if<ViewerDatagram>(&message)) {
    const auto viewer = viewers_.find(datagram->receiver_index);
    if (viewer != viewers_.end()) viewer->second->receive(*datagram, *input_, now_us);
  } else if (auto* joining = std::get_if<ViewerJoin>(&message)) {
    join(std::move(*joining), now_us);
  } else if (auto* close = std::get_if<CloseViewer>(&message)) {
    for (auto& [index, viewer] : viewers_) {
      if (viewer->session() != close->session) continue;
      if (close->comes_back) {
        viewer->end(close->reason);
      } else {
        viewer->revoke(close->reason);
      }
    }
  } else if (auto* stop = std::get_if<StopPipeline>(&message)) {
    stopping_ = true;
    stop_reason_ = stop->reason;
    stop_lost_ = stop->lost;
  }
}

void PhonePipeline::join(ViewerJoin joining, std::int64_t now_us) {
  const EntityId session = joining.admission.session;
  for (const auto& [index, viewer] : viewers_) {
    if (viewer->session() == session) remember_inputs(*viewer);
  }
  std::uint64_t taken = 0;
  for (const auto& [known, count] : inputs_taken_) {
    if (known == session) taken = count;
  }
  const std::uint32_t index = joining.channel.local_index();
  viewers_[index] =
      std::make_unique<StreamSession>(std::move(joining), surroundings_, now_us, taken);
}

void PhonePipeline::remember_inputs(const StreamSession& viewer) {
  // Those who only watch leave nothing: they must not push out what others did.
  if (viewer.inputs_taken() == 0 || !viewer.admission().control) return;
  std::erase_if(inputs_taken_, [&](const auto& known) { return known.first == viewer.session(); });
  if (inputs_taken_.size() == kRememberedMax) inputs_taken_.pop_front();
  inputs_taken_.emplace_back(viewer.session(), viewer.inputs_taken());
}

void PhonePipeline::tend_viewers(std::int64_t now_us) {
  for (auto viewer = viewers_.begin(); viewer != viewers_.end();) {
    viewer->second->tend(now_us);
    viewer->second->check_room(*input_);
    if (!viewer->second->ended()) {
      ++viewer;
      continue;
    }
    viewer->second->release(*input_);
    remember_inputs(*viewer->second);
    viewer = viewers_.erase(viewer);
  }
  if (!anyone_watches()) current_ = false;
}

void PhonePipeline::tell_who_watches() {
  std::vector<std::uint32_t> watching;
  for (const auto& [index, viewer] : viewers_) {
    if (viewer->watches()) watching.push_back(index);
  }
  if (watching == told_of_) return;
  told_of_ = watching;
  for (const std::uint32_t reader : watching) {
    StreamSession& viewer = *viewers_.at(reader);
    wire::Watchers all;
    all.total = static_cast<std::uint16_t>(std::min<std::size_t>(watching.size(), 0xffff));
    all.watchers.push_back({viewer.admission().control, true, viewer.admission().viewer});
    for (const std::uint32_t other : watching) {
      if (other == reader || all.watchers.size() == wire::kWatchersNamedMax) continue;
      const host::AdmitSession& who = viewers_.at(other)->admission();
      const bool named = viewer.admission().sees_names;
      all.watchers.push_back({who.control, false, named ? who.viewer : ""});
    }
    viewer.tell(all);
  }
}

void PhonePipeline::tell_timings(std::int64_t now_us) {
  const auto timings = times_.take_due(now_us);
  if (!timings) return;
  for (const auto& [index, viewer] : viewers_) {
    if (viewer->watches()) viewer->tell(*timings);
  }
}

void PhonePipeline::take_frame() {
  FrameView view;
  while (source_->take_frame(view)) {
    requested_ = false;
    if (view.width_px != picture_.width_px() || view.height_px != picture_.height_px()) {
      adopt_size(view);
    }
    DamageMap damage(view.width_px, view.height_px);
    for (const Rectangle& rectangle : view.damage) damage.add(rectangle);
    const std::int64_t taken_us = monotonic_us();
    times_.waited(view.captured_us, taken_us);
    convert_damaged(view, damage, picture_);
    times_.converted(taken_us, monotonic_us());
    pending_.merge(damage);
    captured_us_ = view.captured_us;
    if (damage.damaged_count() == damage.block_count()) {
      full_requested_ = false;
      current_ = anyone_watches();
    }
  }
}

// Only to those who asked, each time anew: what is copied leaves the guest for nobody else.
void PhonePipeline::pass_clipboard() {
  const auto wants = [](const auto& entry) { return entry.second->wants_clipboard(); };
  if (const auto copied = source_->take_clipboard()) {
    clipboard_requested_ = false;
    for (const auto& [index, viewer] : viewers_) {
      if (viewer->wants_clipboard()) viewer->give_clipboard(*copied);
    }
  }
  if (clipboard_requested_ || !std::any_of(viewers_.begin(), viewers_.end(), wants)) return;
  clipboard_requested_ = true;
  source_->request_clipboard();
}

void PhonePipeline::adopt_size(const FrameView& view) {
  picture_ = I420Frame(view.width_px, view.height_px);
  pending_ = DamageMap(view.width_px, view.height_px);
  active_ = pending_;
  debt_ = QualityDebt(pending_.block_count(), kQuantizerGood);
  encoder_.reset();
  current_ = false;
}

void PhonePipeline::encode_and_send(std::int64_t now_us) {
  if (!plan(now_us)) return;
  if (encoder_ == nullptr) {
    auto encoder = create_vpx_encoder(
        {picture_.width_px(), picture_.height_px(), surroundings_.options.bitrate_bps_max,
         surroundings_.options.frames_per_second_max, surroundings_.options.codec});
    if (!encoder) return end_viewers(encoder.error().message);
    encoder_ = std::move(*encoder);
  }
  // Of the best way: those with a worse one leave frames out.
  bitrate_bps_ = 0;
  for (const auto& [index, viewer] : viewers_) {
    if (viewer->watches()) bitrate_bps_ = std::max(bitrate_bps_, viewer->bitrate_bps());
  }
  encoder_->set_bitrate(bitrate_bps_);
  const std::int64_t began_us = monotonic_us();
  const auto encoded = encoder_->encode(picture_, active_, key_, now_us,
                                        refining_ ? kQuantizerGood : kQuantizerWorst);
  if (!encoded) return end_viewers(encoded.error().message);
  if (encoded->key) keyed_us_ = now_us;
  debt_.coded(active_, encoded->quantizer, encoded->key);
  pending_.clear();
  coded_us_ = now_us;
  const std::int64_t encoded_us = monotonic_us();
  times_.encoded(began_us, encoded_us);
  send(*encoded, now_us);
  times_.sent(encoded_us, monotonic_us());
}

// Decides what to code now, if anything: all of it for a key frame, what changed, or what is owed.
bool PhonePipeline::plan(std::int64_t now_us) {
  if (!current_ || !anyone_watches() || !viewers_ready(now_us)) return false;
  key_ = encoder_ == nullptr || readiness(now_us).key;
  refining_ = false;
  if (key_ || !pending_.empty()) {
    active_ = pending_;
    return true;
  }
  if (debt_.settled() || now_us < coded_us_ + kQuietUs) return false;
  refining_ = true;
  active_.clear();
  debt_.refinement(kRefinedBlocksMax, active_);
  captured_us_ = now_us;  // nothing has changed until now
  return true;
}

void PhonePipeline::send(const EncodedPicture& encoded, std::int64_t now_us) {
  const OutgoingFrame frame{encoded.bytes,        encoded.key,  picture_.width_px(),
                            picture_.height_px(), captured_us_, bitrate_bps_};
  for (const auto& [index, viewer] : viewers_) viewer->send_frame(frame, now_us);
}

void PhonePipeline::ask_for_frame(std::int64_t now_us) {
  if (!anyone_watches() || source_->ended()) return;
  if (!current_) {
    // The screen may have changed unseen while nobody watched.
    if (!full_requested_ || !requested_) source_->request_frame(true);
    requested_ = full_requested_ = true;
    return;
  }
  if (requested_ || !budget_.allows(now_us) || !viewers_ready(now_us)) return;
  source_->request_frame(false);
  budget_.spend(now_us);
  requested_ = true;
}

bool PhonePipeline::anyone_watches() const {
  return std::any_of(viewers_.begin(), viewers_.end(),
                     [](const auto& entry) { return entry.second->watches(); });
}

// A key frame is everybody's: who joins or falls behind shortly after one waits for the next.
std::int64_t PhonePipeline::takes_frames_us(const StreamSession& viewer, bool alone) const {
  const std::int64_t at_us = viewer.takes_frames_us(alone);
  return viewer.needs_key() && keyed_us_ != 0 ? std::max(at_us, keyed_us_ + kKeyIntervalUs) : at_us;
}

PhonePipeline::Readiness PhonePipeline::readiness(std::int64_t now_us) const {
  const bool alone = std::count_if(viewers_.begin(), viewers_.end(),
                                   [](const auto& entry) { return entry.second->watches(); }) == 1;
  Readiness out;
  for (const auto& [index, viewer] : viewers_) {
    if (!viewer->watches()) continue;
    const std::int64_t at_us = takes_frames_us(*viewer, alone);
    if (at_us <= now_us) {
      out.some = true;
      out.key |= viewer->needs_key();
    } else if (at_us != kNever) {
      out.more_us = std::min(out.more_us, at_us);
    } else if (!viewer->needs_key() && viewer->waited_for_until_us() > now_us) {
      out.waits_until_us = std::min(out.waits_until_us, viewer->waited_for_until_us());
    }
  }
  return out;
}

bool PhonePipeline::viewers_ready(std::int64_t now_us) const {
  const Readiness viewers = readiness(now_us);
  return viewers.some && viewers.waits_until_us == kNever;
}

void PhonePipeline::end_viewers(const std::string& reason, bool lost) {
  for (const auto& [index, viewer] : viewers_) {
    viewer->end(reason, lost);
    viewer->release(*input_);
  }
  viewers_.clear();
}

}  // namespace rookery::media
