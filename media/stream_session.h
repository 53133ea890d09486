// The host's side of one viewer: F6 packets → F8 seal → F9 pace → F10 socket, and what comes back.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "media/clipboard_limit.h"
#include "media/delay_watch.h"
#include "media/held_inputs.h"
#include "media/input_channel.h"
#include "media/input_sink.h"
#include "media/media_host.h"
#include "media/pacer.h"
#include "media/packetizer.h"
#include "media/patience.h"
#include "media/phone_inbox.h"
#include "media/route.h"
#include "media/secure_channel.h"
#include "media/session_figures.h"
#include "media/ticket_book.h"
#include "media/udp_socket.h"
#include "schemas/client_messages.h"

namespace rookery::media {

// Key frames go to one viewer, and of one phone, no more often than this.
inline constexpr std::int64_t kKeyIntervalUs = 300'000;

// What a session needs of its host. The references outlive every session.
struct SessionSurroundings {
  const MediaOptions& options;
  UdpSocket& socket;
  TicketBook& tickets;
  std::function<void(host::Report)> report;            // any thread, does not block
  std::function<void(std::uint32_t)> forget_receiver;  // no more datagrams for this index
  std::function<void()> look_again = [] {};            // any thread: a session may be ready now
};

struct OutgoingFrame {
  BytesView bytes;
  bool key = false;
  int width_px = 0;
  int height_px = 0;
  std::int64_t captured_us = 0;
  std::uint32_t bitrate_bps = 0;  // that it was coded for
};

// Used from the pipeline's thread. All times are CLOCK_MONOTONIC.
class StreamSession {
 public:
  // `inputs_taken`: of this session, before its viewer came back.
  StreamSession(ViewerJoin join, const SessionSurroundings& surroundings, std::int64_t now_us,
                std::uint64_t inputs_taken = 0);

  const EntityId& session() const { return admission_.session; }
  bool ended() const { return ended_; }
  // Confirmed (the ticket's key is proved, the ticket is used up) and not ended.
  bool watches() const { return confirmed_ && !ended_; }

  void receive(const ViewerDatagram& datagram, InputSink& input, std::int64_t now_us);
  // Sends what is due and checks the deadlines.
  void tend(std::int64_t now_us);
  // When tend() has something to do next.
  std::int64_t next_wake_us() const;
  // Says goodbye and reports the end, once. `lost`: nobody wanted it.
  void end(const std::string& reason, bool lost = false);
  // As end(); what it did and the guest has not done yet shall not happen.
  void revoke(const std::string& reason);
  // Ends it if it did more than the phone can take.
  void check_room(const InputSink& input);
  std::uint64_t inputs_taken() const { return inputs_.taken(); }
  const host::AdmitSession& admission() const { return admission_; }
  // A message of the whole phone's.
  void tell(const wire::Message& message) { send_message(message); }
  // The viewer asked for what is copied, and may have it.
  bool wants_clipboard() const { return wants_clipboard_ && watches(); }
  void give_clipboard(const ClipboardText& copied);
  // Lifts what the viewer still holds down, after its end.
  void release(InputSink& input);

  // Another frame would not queue behind earlier ones.
  bool ready() const;
  // When it can take a frame that it could not take now for want of time only; kNever: it waits for
  // the network. `alone`: nobody else watches, so that only its own way counts.
  std::int64_t takes_frames_us(bool alone) const;
  // Only a key frame helps it. Others of the phone get the next frames meanwhile.
  bool needs_key() const { return watches() && needs_key_; }
  // It is not ready, but others shall wait for it until then; in the past: no longer.
  std::int64_t waited_for_until_us() const { return reachable() ? patience_.ends_us() : 0; }
  std::uint32_t bitrate_bps() const { return bitrate_bps_; }
  void send_frame(const OutgoingFrame& frame, std::int64_t now_us);

 private:
  bool confirm(const Route& from, std::int64_t now_us);
  void move_to(const Route& route);
  bool reachable() const { return route_.link == nullptr || route_.link->open(); }
  void take(const wire::InputBatch& batch, InputSink& input);
  void take(const wire::ClipboardRequest& request);
  bool may_pass(const InputEvent& event);
  void pass(const InputEvent& event, std::uint64_t number, InputSink& input);
  void end_paste();
  void report_clipboard(bool in, std::uint64_t bytes);
  void refuse_inputs();
  void take(const wire::Feedback& feedback, std::int64_t now_us);
  void take(const wire::Nack& nack);
  void take(const wire::KeyframeRequest& request, std::int64_t now_us);
  void begin_anew();
  void note_key(std::int64_t now_us);
  void owe(const OutgoingFrame& frame, std::int64_t now_us);
  std::int64_t ping_due_us() const;
  void adapt(const wire::Feedback& feedback, std::int64_t now_us);
  void adapt_to_loss(std::uint64_t sent, std::uint64_t lost);
  void change_bitrate(bool congested);
  std::int64_t way_us() const;
  void send_message(const wire::Message& message);
  void send_waiting(std::int64_t now_us);
  void send_on_link();
  void probe(std::int64_t now_us);
  bool is_older_than_codec() const;
  bool awaits_feedback() const { return acknowledged_frame_id_ < frame_id_; }

  const host::AdmitSession admission_;
  const SessionSurroundings& surroundings_;
  SecureChannel channel_;
  Route route_;
  bool confirmed_ = false;
  bool ended_ = false;
  bool revoked_ = false;
  std::int64_t heard_us_;
  std::int64_t asked_us_ = 0;  // whether the viewer is still there

  std::uint64_t frame_id_ = 0;  // of the last frame sent, counted for this viewer
  std::uint64_t acknowledged_frame_id_ = 0;
  std::int64_t first_frame_us_ = 0;  // its first frame went out
  bool gave_feedback_ = false;
  std::int64_t acknowledged_us_ = 0;  // when the viewer last moved on, or had nothing to wait for
  std::int64_t probe_us_ = 0;
  bool needs_key_ = true;
  std::int64_t key_sent_us_ = 0;
  std::int64_t key_interval_us_;  // of one that shares the phone
  Patience patience_;
  std::int64_t owed_until_us_ = 0;  // what went to it takes so long at its own bitrate
  RetransmitBuffer sent_frames_;

  Pacer pacer_;
  DelayWatch delay_;
  std::deque<Bytes> waiting_;  // encoded messages, not yet sealed
  std::vector<Bytes> sealed_;  // the kernel had no room for these yet

  InputReceiver inputs_;
  HeldInputs held_;
  bool refusal_told_ = false;
  bool wants_clipboard_ = false;
  bool pasting_ = false;            // a paste's end has not come
  std::uint64_t pasted_bytes_ = 0;  // of it
  std::uint64_t clipboard_passes_ = 0;
  ClipboardLimit clipboard_limit_;
  SessionFigures figures_;
  std::uint32_t bitrate_bps_;
  std::uint64_t adapted_packets_ = 0;
  std::uint64_t adapted_lost_ = 0;
  std::int64_t adapted_us_ = 0;
};

}  // namespace rookery::media
