// The one interface between the server side (actors, store) and the host side (guests, media):
// plain messages both ways. In one process they are handed over by a function call; between
// machines the same messages travel over gRPC. Neither side may assume the other's address space.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "schemas/byte_stream.h"
#include "schemas/clipboard.h"
#include "schemas/ids.h"

namespace rookery::host {

// Server to host. Each is idempotent: sent again after a restart it changes nothing new.

// Boot the phone's guest, or take up the one that still runs under this boot number.
struct StartGuest {
  EntityId phone;
  std::uint64_t boot = 0;
  std::string image;
  std::uint16_t width_px = 0;
  std::uint16_t height_px = 0;
};
struct StopGuest {
  EntityId phone;
  std::uint64_t boot = 0;
};
// The phone is no more: what its guest has kept goes, too.
struct RemoveGuest {
  EntityId phone;
};
// Let one viewer in who proves to hold the ticket's key. Another ticket for a session that is open
// replaces the one before: its viewer is back, and goes on where they were.
struct AdmitSession {
  EntityId session;
  EntityId phone;
  EntityId user;
  Id128 ticket;
  std::array<std::uint8_t, 32> ticket_key{};  // the Noise psk
  std::int64_t ticket_expires_us = 0;         // microseconds since 1970-01-01 UTC
  bool control = false;
  std::int64_t ends_us = 0;  // the session is over by then; 0: never by itself
  std::string viewer{};      // what other viewers may read of them; empty: a guest
  bool sees_names = false;   // may read the others'
  ClipboardRules clipboard{};
};
struct CloseSession {
  EntityId session;
  std::string reason;
};
using Command = std::variant<StartGuest, StopGuest, RemoveGuest, AdmitSession, CloseSession>;

// Host to server. May come twice, may come late: boot, session id and ticket say what is meant.

struct GuestStarted {
  EntityId phone;
  std::uint64_t boot = 0;
};
// The guest is gone: stopped as asked, failed to start, or ended by itself.
struct GuestStopped {
  EntityId phone;
  std::uint64_t boot = 0;
  bool failed = false;
  std::string reason;
};
struct SessionConnected {
  EntityId session;
  std::string remote_address;
  std::string cipher;
  Id128 ticket{};
  std::int64_t used_us = 0;  // when the ticket was, microseconds since 1970-01-01 UTC
};
struct SessionQuality {
  EntityId session;
  std::uint32_t round_trip_us = 0;
  std::uint32_t frames_per_second_milli = 0;
  std::uint32_t bitrate_bps = 0;
  std::uint32_t packets_lost = 0;
  std::uint32_t glass_to_glass_us = 0;
};
struct SessionTraffic {
  EntityId session;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t inputs_received = 0;
  Id128 ticket{};
};
// Its viewer may only watch, but sent inputs. Once for each ticket.
struct SessionInputsRefused {
  EntityId session;
  Id128 ticket{};
};
// Its viewer copied a text out of the phone, or pasted one into it.
struct SessionClipboard {
  EntityId session;
  Id128 ticket{};
  std::uint64_t number = 0;  // with this ticket, from 1
  bool in = false;
  std::uint64_t bytes = 0;
};
struct SessionEnded {
  EntityId session;
  std::string reason;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t inputs_received = 0;
  Id128 ticket{};
  bool lost = false;  // without a goodbye, and not as asked: the viewer may come back
};
using Report = std::variant<GuestStarted, GuestStopped, SessionConnected, SessionQuality,
                            SessionTraffic, SessionInputsRefused, SessionClipboard, SessionEnded>;

// What a server must know of a host to send clients there.
struct Description {
  std::string name;
  std::string media_address;                  // "ip:port" of the UDP socket clients connect to
  std::array<std::uint8_t, 32> public_key{};  // X25519, the Noise responder's static key
};

// A host as servers see it. Thread-safe; send() never blocks and never fails: what cannot be done
// comes back as a report.
class Link {
 public:
  virtual ~Link() = default;
  virtual Description description() const = 0;
  virtual void send(Command command) = 0;
  // A viewer's WebSocket, upgraded: each message is one datagram of the media protocol. A host
  // without media closes it.
  virtual void let_in(std::unique_ptr<ByteStream>) {}
};

// Called by the host from any thread; must not block.
using ReportSink = std::function<void(Report)>;

}  // namespace rookery::host
