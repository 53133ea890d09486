#include "media/stream_session.h"

#include <algorithm>
#include <utility>

#include "media/media_clock.h"
#include "schemas/client_messages.h"

namespace rookery::media {
namespace {

constexpr const char* kCipher = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b";
// A handshake that nobody confirms in this time is forgotten.
constexpr std::int64_t kConfirmUs = 10'000'000;
// Frames on the way beyond those that the round trip explains; more would be a queue.
constexpr std::int64_t kFramesAheadMax = 2;
constexpr std::int64_t kRoundTripUsMax = 150'000;  // that explains any
// So long without progress, and the last frame's begin is sent again to hear of it.
constexpr std::int64_t kProbeUs = 200'000;
// One that needs key frames again and again would spoil the others' picture: it waits twice as long
// each time, unless it did well for a while.
constexpr std::int64_t kKeyIntervalUsMax = 4'800'000;
constexpr std::int64_t kDidWellUs = 5'000'000;
// What may go to a viewer ahead of its own bitrate.
constexpr std::int64_t kAheadUsMax = 500'000;
constexpr std::uint32_t kBitrateBpsMin = 300'000;
constexpr std::int64_t kAdaptUs = 500'000;
// Fifty times what a viewer that takes our frames needs to say so.
constexpr std::int64_t kFirstFeedbackUs = 5'000'000;
// Of a frame and what a viewer misses of it; a viewer that asks for more asks again.
constexpr std::size_t kWaitingMax = wire::kFragmentsMax;

// What input methods commit at once, in bytes of UTF-8.
constexpr std::size_t kTypedBytesMax = 192;

// More at once than hands and input methods make is a paste, whatever the viewer calls it.
bool is_paste(const Text& text) { return text.pasted || text.utf8.size() > kTypedBytesMax; }

// A viewer sends our own times back. Any other is a lie, and not to be calculated with.
bool is_past(std::int64_t time_us, std::int64_t now_us) { return time_us > 0 && time_us <= now_us; }

}  // namespace

StreamSession::StreamSession(ViewerJoin join, const SessionSurroundings& surroundings,
                             std::int64_t now_us, std::uint64_t inputs_taken)
    : admission_(std::move(join.admission)),
      surroundings_(surroundings),
      channel_(std::move(join.channel)),
      heard_us_(now_us),
      key_interval_us_(kKeyIntervalUs),
      patience_(now_us),
      inputs_(inputs_taken),
      bitrate_bps_(surroundings.options.bitrate_bps_max) {
  move_to(join.from);
}

void StreamSession::receive(const ViewerDatagram& datagram, InputSink& input, std::int64_t now_us) {
  if (ended_) return;
  const auto plain = channel_.open(datagram.packet);
  if (!plain) return;
  if (channel_.opened_newest() && datagram.from != route_) move_to(datagram.from);
  if (datagram.from.link != nullptr) datagram.from.link->prove(now_us);
  if (!confirmed_ && !confirm(datagram.from, now_us)) return;
  heard_us_ = now_us;
  figures_.bytes_received += datagram.packet.size();
  const auto message = wire::decode_message(*plain);
  if (!message) return;
  if (const auto* batch = std::get_if<wire::InputBatch>(&*message)) take(*batch, input);
  if (const auto* feedback = std::get_if<wire::Feedback>(&*message)) take(*feedback, now_us);
  if (const auto* nack = std::get_if<wire::Nack>(&*message)) take(*nack);
  if (const auto* request = std::get_if<wire::KeyframeRequest>(&*message)) take(*request, now_us);
  if (const auto* ask = std::get_if<wire::ClipboardRequest>(&*message)) take(*ask);
  if (const auto* ping = std::get_if<wire::Ping>(&*message)) {
    send_message(wire::Pong{ping->sent_us});
    send_message(wire::Ping{now_us});
  }
  if (const auto* pong = std::get_if<wire::Pong>(&*message)) {
    if (is_past(pong->sent_us, now_us)) {
      figures_.saw_round_trip(now_us - pong->sent_us);
      delay_.saw_round_trip(now_us - pong->sent_us, now_us);
    }
  }
  if (const auto* bye = std::get_if<wire::Bye>(&*message)) {
    end(bye->reason.empty() ? "the viewer left" : "the viewer left: " + bye->reason);
  }
}

// What is on its way by a link that is left is lost; datagrams still arrive.
void StreamSession::move_to(const Route& route) {
  if (route_.link != nullptr) route_.link->finish(WebSocketClose::kNormal);
  if (confirmed_ && (route_.link != nullptr || route.link != nullptr)) begin_anew();
  route_ = route;
  sealed_.clear();
  delay_.forget();
  if (route_.link != nullptr) route_.link->when_drained(surroundings_.look_again);
}

bool StreamSession::confirm(const Route& from, std::int64_t now_us) {
  const std::int64_t used_us = wall_us();
  if (!surroundings_.tickets.use(admission_.ticket, used_us)) {
    // Another viewer was first. The session is theirs, so its end is not ours to report.
    send_message(wire::Bye{"the ticket was used before or has expired; open a new session"});
    ended_ = true;
    surroundings_.forget_receiver(channel_.local_index());
    return false;
  }
  confirmed_ = true;
  acknowledged_us_ = now_us;
  adapted_us_ = now_us;
  figures_.begin(admission_.ticket, now_us);
  surroundings_.report(
      host::SessionConnected{admission_.session, from.text(), kCipher, admission_.ticket, used_us});
  // One that comes back hears what of its inputs is done.
  send_message(wire::InputAck{inputs_.taken()});
  send_message(wire::Ping{now_us});
  return true;
}

void StreamSession::take(const wire::InputBatch& batch, InputSink& input) {
  const std::vector<InputEvent> events = inputs_.take(batch);
  figures_.inputs_received += events.size();
  if (!events.empty() && !admission_.control) refuse_inputs();
  std::uint64_t number = inputs_.taken() - events.size();
  for (const InputEvent& event : events) {
    ++number;
    if (!admission_.control || !may_pass(event)) continue;
    pass(event, number, input);
    if (ended_) return;
  }
  send_message(wire::InputAck{inputs_.taken()});
  check_room(input);
}

// Who may not paste may type.
bool StreamSession::may_pass(const InputEvent& event) {
  const auto* text = std::get_if<Text>(&event);
  if (text == nullptr || admission_.clipboard.in || !is_paste(*text)) return true;
  refuse_inputs();
  return false;
}

void StreamSession::pass(const InputEvent& event, std::uint64_t number, InputSink& input) {
  const auto* text = std::get_if<Text>(&event);
  const bool paste = text != nullptr && is_paste(*text);
  if (!paste || !text->pasted) end_paste();
  if (!paste) {
    input.inject(event, {admission_.session, number});
    held_.note(event);
    return;
  }
  // Counted before it happens: one too many does not.
  if (!pasting_ && !clipboard_limit_.take(monotonic_us())) {
    return revoke("more texts pasted than hands can");
  }
  pasting_ = true;
  pasted_bytes_ += text->utf8.size();
  input.inject(Text{text->utf8}, {admission_.session, number});
  if (!text->pasted || text->ends_paste) end_paste();
}

// By its last piece, by what comes instead of it, or with the session.
void StreamSession::end_paste() {
  if (!std::exchange(pasting_, false)) return;
  report_clipboard(true, std::exchange(pasted_bytes_, 0));
}

void StreamSession::report_clipboard(bool in, std::uint64_t bytes) {
  surroundings_.report(host::SessionClipboard{admission_.session, admission_.ticket,
                                              ++clipboard_passes_, in, bytes});
}

// Once: who goes on trying must not fill the log.
void StreamSession::refuse_inputs() {
  if (std::exchange(refusal_told_, true)) return;
  send_message(wire::InputsRefused{});
  surroundings_.report(host::SessionInputsRefused{admission_.session, admission_.ticket});
}

void StreamSession::take(const wire::ClipboardRequest&) {
  if (admission_.clipboard.out && clipboard_limit_.take(monotonic_us())) {
    wants_clipboard_ = true;
  } else {
    give_clipboard({ClipboardState::kRefused, {}});
  }
}

void StreamSession::give_clipboard(const ClipboardText& copied) {
  wants_clipboard_ = false;
  for (const wire::ClipboardPart& part : wire::clipboard_parts(copied)) send_message(part);
  if (copied.state == ClipboardState::kText) report_clipboard(false, copied.utf8.size());
}

void StreamSession::take(const wire::Feedback& feedback, std::int64_t now_us) {
  gave_feedback_ = true;
  const std::uint64_t frame_id = std::min(feedback.last_frame_id, frame_id_);
  if (frame_id > acknowledged_frame_id_) {
    acknowledged_frame_id_ = frame_id;
    acknowledged_us_ = now_us;
    delay_.acknowledged(frame_id, feedback.held_us, now_us);
    if (is_past(feedback.last_captured_us, now_us)) {
      figures_.saw_glass_to_glass(now_us - feedback.last_captured_us - feedback.held_us -
                                  figures_.round_trip_us / 2);
    }
  }
  adapt(feedback, now_us);
}

void StreamSession::adapt(const wire::Feedback& feedback, std::int64_t now_us) {
  const std::uint64_t sent = std::min(feedback.highest_counter + 1, channel_.next_counter());
  const std::uint64_t lost =
      sent > feedback.packets_received ? sent - feedback.packets_received : 0;
  figures_.packets_lost = std::max(figures_.packets_lost, lost);
  if (now_us < adapted_us_ + kAdaptUs) return;
  adapted_us_ = now_us;
  if (route_.link != nullptr) {
    change_bitrate(delay_.take_late_us(way_us(), now_us) > DelayWatch::kLateUs);
  } else {
    adapt_to_loss(sent, lost);
  }
}

void StreamSession::adapt_to_loss(std::uint64_t sent, std::uint64_t lost) {
  const std::uint64_t sent_now = sent > adapted_packets_ ? sent - adapted_packets_ : 0;
  const std::uint64_t lost_now = lost > adapted_lost_ ? lost - adapted_lost_ : 0;
  adapted_packets_ = sent;
  adapted_lost_ = lost;
  change_bitrate(lost_now * 50 > sent_now);  // 2 %
}

// Additive increase, multiplicative decrease.
void StreamSession::change_bitrate(bool congested) {
  const std::uint32_t bitrate_bps_max = surroundings_.options.bitrate_bps_max;
  if (congested) {
    bitrate_bps_ = std::max(std::min(kBitrateBpsMin, bitrate_bps_max), bitrate_bps_ / 20 * 17);
  } else {
    bitrate_bps_ = std::min(bitrate_bps_max, bitrate_bps_ + bitrate_bps_max / 40);
  }
}

void StreamSession::take(const wire::Nack& nack) {
  for (const std::uint16_t index : nack.missing) {
    const Bytes* fragment = sent_frames_.find(nack.frame_id, index);
    if (fragment == nullptr) {
      begin_anew();
      return;
    }
    if (waiting_.size() >= kWaitingMax) return;
    waiting_.push_back(*fragment);
  }
}

void StreamSession::take(const wire::KeyframeRequest&, std::int64_t now_us) {
  // One that is on its way answers this request too.
  const std::int64_t on_its_way_us =
      std::max<std::int64_t>(kKeyIntervalUs, std::int64_t{2} * figures_.round_trip_us);
  if (now_us >= key_sent_us_ + on_its_way_us) begin_anew();
}

// What is on its way can never be decoded: nobody waits for it.
void StreamSession::begin_anew() {
  needs_key_ = true;
  waiting_.clear();
  delay_.give_up();
  acknowledged_frame_id_ = frame_id_;
}

// At best: a queue, or a slow decoder, would make it longer, and that the queue.
std::int64_t StreamSession::way_us() const {
  const std::int64_t least_us = delay_.least_us();
  return least_us != 0 ? least_us : figures_.round_trip_us;
}

bool StreamSession::ready() const {
  if (!waiting_.empty() || !sealed_.empty() || !reachable()) return false;
  if (route_.link != nullptr && route_.link->busy()) return false;
  const std::int64_t on_the_way =
      std::min(way_us(), kRoundTripUsMax) * surroundings_.options.frames_per_second_max / 1'000'000;
  return static_cast<std::int64_t>(frame_id_ - acknowledged_frame_id_) <=
         kFramesAheadMax + on_the_way;
}

std::int64_t StreamSession::takes_frames_us(bool alone) const {
  if (!watches() || !ready()) return kNever;
  std::int64_t at_us = alone ? 0 : owed_until_us_ - kAheadUsMax;
  if (needs_key_ && key_sent_us_ != 0) {
    at_us = std::max(at_us, key_sent_us_ + (alone ? kKeyIntervalUs : key_interval_us_));
  }
  return at_us;
}

void StreamSession::note_key(std::int64_t now_us) {
  const bool did_well = now_us >= key_sent_us_ + key_interval_us_ + kDidWellUs;
  key_interval_us_ = did_well ? kKeyIntervalUs : std::min(2 * key_interval_us_, kKeyIntervalUsMax);
  needs_key_ = false;
  key_sent_us_ = now_us;
}

// Others have a better way, and the frame is coded for theirs.
void StreamSession::owe(const OutgoingFrame& frame, std::int64_t now_us) {
  if (frame.bitrate_bps <= bitrate_bps_) {
    owed_until_us_ = 0;
    return;
  }
  const auto bits = static_cast<std::int64_t>(frame.bytes.size()) * 8;
  owed_until_us_ = std::max(owed_until_us_, now_us) + bits * 1'000'000 / bitrate_bps_;
}

void StreamSession::send_frame(const OutgoingFrame& frame, std::int64_t now_us) {
  if (!watches()) return;
  patience_.note(ready(), now_us);
  const bool over = frame.bitrate_bps > bitrate_bps_ && owed_until_us_ > now_us + kAheadUsMax;
  if (!ready() || over) {
    needs_key_ = true;  // this viewer misses a frame; what follows builds on it
    return;
  }
  if (needs_key_ && !frame.key) return;
  if (!awaits_feedback()) acknowledged_us_ = now_us;
  std::vector<Bytes> fragments = packetize(
      {frame_id_ + 1, frame.key, frame.captured_us, static_cast<std::uint16_t>(frame.width_px),
       static_cast<std::uint16_t>(frame.height_px), frame.bytes, surroundings_.options.codec});
  if (fragments.empty()) return;
  if (++frame_id_ == 1) first_frame_us_ = now_us;
  if (frame.key) note_key(now_us);
  owe(frame, now_us);
  waiting_.insert(waiting_.end(), fragments.begin(), fragments.end());
  // A link loses nothing: nobody asks again.
  if (route_.link == nullptr) sent_frames_.keep(frame_id_, std::move(fragments));
  ++figures_.frames_sent;
  delay_.sent(frame_id_, now_us);
  probe_us_ = now_us + kProbeUs;
  send_waiting(now_us);
  patience_.note(ready(), now_us);
}

void StreamSession::send_message(const wire::Message& message) {
  const Bytes sealed = channel_.seal(wire::encode_message(message));
  if (sealed.empty()) return;
  if (route_.link != nullptr) {
    route_.link->send_one(sealed);
  } else {
    surroundings_.socket.send_one(route_.address, sealed);
  }
  figures_.bytes_sent += sealed.size();
}

// The network under a link paces, and keeps what it has no room for.
void StreamSession::send_on_link() {
  if (waiting_.empty()) return;
  std::vector<Bytes> sealed;
  for (const Bytes& plain : waiting_) {
    sealed.push_back(channel_.seal(plain));
    figures_.bytes_sent += sealed.back().size();
  }
  waiting_.clear();
  route_.link->send(sealed);
}

void StreamSession::send_waiting(std::int64_t now_us) {
  if (route_.link != nullptr) return send_on_link();
  while (!waiting_.empty() && pacer_.allows(now_us)) {
    Bytes sealed = channel_.seal(waiting_.front());
    waiting_.pop_front();
    if (sealed.empty()) continue;
    pacer_.spend(static_cast<std::int64_t>(sealed.size()));
    figures_.bytes_sent += sealed.size();
    sealed_.push_back(std::move(sealed));
  }
  if (sealed_.empty()) return;
  const std::size_t taken = surroundings_.socket.send(route_.address, sealed_);
  // Packets that the kernel refuses altogether are lost like any others: the viewer asks again.
  const std::size_t gone = taken == 0 ? sealed_.size() : taken;
  sealed_.erase(sealed_.begin(), sealed_.begin() + static_cast<std::ptrdiff_t>(gone));
}

// The begin of the last frame again: a viewer that lost it all learns of it and asks, one that has
// it repeats its feedback.
void StreamSession::probe(std::int64_t now_us) {
  if (route_.link != nullptr) return;  // nothing is lost there
  probe_us_ = now_us + std::max<std::int64_t>(kProbeUs, std::int64_t{3} * figures_.round_trip_us);
  const Bytes* fragment = sent_frames_.find(frame_id_, 0);
  if (fragment != nullptr) waiting_.push_back(*fragment);
}

void StreamSession::tend(std::int64_t now_us) {
  if (ended_) return;
  if (!confirmed_) {
    if (now_us < heard_us_ + kConfirmUs) return;
    ended_ = true;
    surroundings_.forget_receiver(channel_.local_index());
    return;
  }
  if (now_us >= heard_us_ + surroundings_.options.silence_ms_max * 1'000) {
    return end("the viewer fell silent", true);
  }
  if (admission_.ends_us != 0 && wall_us() >= admission_.ends_us) {
    return revoke("the link has expired");
  }
  if (is_older_than_codec()) {
    return end(std::string("this host codes ") + name_of(surroundings_.options.codec) +
               ", which this viewer is too old for: load the page again, or use a newer rookery");
  }
  if (now_us >= ping_due_us()) {
    asked_us_ = now_us;
    send_message(wire::Ping{now_us});
  }
  if (awaits_feedback() && now_us >= probe_us_) probe(now_us);
  send_waiting(now_us);
  patience_.note(ready(), now_us);
  figures_.report_due(admission_.session, now_us, surroundings_.report);
}

// Viewers from before VP9 drop its fragments as if they had never come, but live. All others give
// feedback 100 ms after their first fragment, whatever becomes of it.
bool StreamSession::is_older_than_codec() const {
  return surroundings_.options.codec != VideoCodec::kVp8 && frame_id_ > 0 && !gave_feedback_ &&
         heard_us_ >= first_frame_us_ + kFirstFeedbackUs;
}

std::int64_t StreamSession::next_wake_us() const {
  if (!confirmed_) return heard_us_ + kConfirmUs;
  std::int64_t wake_us = heard_us_ + surroundings_.options.silence_ms_max * 1'000;
  wake_us = std::min({wake_us, figures_.next_report_us(), ping_due_us()});
  if (awaits_feedback() && route_.link == nullptr) wake_us = std::min(wake_us, probe_us_);
  const std::int64_t now_us = monotonic_us();
  if (admission_.ends_us != 0) {
    wake_us = std::min(wake_us, now_us + std::max<std::int64_t>(0, admission_.ends_us - wall_us()));
  }
  if (!sealed_.empty()) wake_us = std::min(wake_us, now_us + 1'000);
  if (!waiting_.empty()) wake_us = std::min(wake_us, pacer_.next_us(now_us));
  return wake_us;
}

// A page that nobody looks at has slow timers, but answers.
std::int64_t StreamSession::ping_due_us() const {
  return std::max(heard_us_, asked_us_) + surroundings_.options.silence_ms_max * 1'000 / 3;
}

void StreamSession::revoke(const std::string& reason) {
  revoked_ = watches();
  end(reason);
}

void StreamSession::check_room(const InputSink& input) {
  if (watches() && input.full(session())) revoke("more input than the phone can take");
}

void StreamSession::release(InputSink& input) {
  if (std::exchange(revoked_, false)) input.forget(session());
  // The guest knows whose fingers they are.
  for (const InputEvent& event : held_.release()) input.inject(event, {session(), 0});
}

void StreamSession::end(const std::string& reason, bool lost) {
  if (ended_) return;
  ended_ = true;
  surroundings_.forget_receiver(channel_.local_index());
  if (!confirmed_) return;
  send_message(wire::Bye{reason.substr(0, wire::kByeReasonBytesMax)});
  if (route_.link != nullptr) route_.link->finish(WebSocketClose::kNormal);
  end_paste();
  surroundings_.report(figures_.ended(admission_.session, reason, lost));
}

}  // namespace rookery::media
